import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{src,tools,bin,bench}/**/*.test.ts'],
    // Processes, not threads: onnxruntime does not survive being loaded and dropped by many threads of one process.
    pool: 'forks',
    // The tests share two busy cores with each other; what hangs is ended, what is slow is not.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
