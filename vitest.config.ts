import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{src,web,tools,bin,bench,runners}/**/*.test.ts'],
    // Processes, not threads: onnxruntime does not survive being loaded and dropped by many threads of one process.
    pool: 'forks',
    env: { ORT_DISABLE_TELEMETRY: '1' },
    // The tests share two busy cores with each other; what hangs is ended, what is slow is not.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
