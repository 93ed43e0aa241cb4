/** `npm run bench -- NAME`: each file here is one benchmark, with an export `bench`. */
import { readdir } from 'node:fs/promises'

const [name] = process.argv.slice(2)
const names = (await readdir(import.meta.dirname))
  .filter((file) => file.endsWith('.ts') && file !== 'run.ts')
  .map((file) => file.slice(0, -3))
if (name === undefined || !names.includes(name)) {
  console.error(`Which benchmark? npm run bench -- ${names.join(' | ')}`)
  process.exitCode = 2
} else {
  const { bench } = (await import(`./${name}.ts`)) as { bench(): Promise<void> }
  await bench()
}
