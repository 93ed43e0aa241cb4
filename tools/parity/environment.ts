/** The Python that other people's implementations run in, made once in `out/parity/venv`. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = import.meta.dirname
const folder = fileURLToPath(new URL('../../out/parity/venv', import.meta.url))
const lists = ['requirements.txt', 'requirements-alone.txt'] as const

/** Ends the process when a command of it fails: there is nothing to compare with then. */
function must(command: string, ...args: string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  if (status === 0) return
  console.error(`${command} ${args.join(' ')} failed${error === undefined ? '' : `: ${error.message}`}`)
  process.exit(1)
}

/**
 * The environment's Python; made anew when the lists of packages have changed since. `PYTHON` names the one to make it with (3.11 or
 * newer), and pip follows its own variables (`PIP_EXTRA_INDEX_URL` for PyTorch's much smaller CPU build, say). Takes 6 GB with
 * PyTorch as the registry has it for Linux.
 */
export function parityPython(): string {
  const made = join(folder, 'made-from.txt')
  const wanted = lists.map((list) => readFileSync(join(here, list), 'utf8')).join('')
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')
  if (readOr(made) === wanted) return python
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(dirname(folder), { recursive: true })
  console.error(`making ${folder}`)
  must(process.env.PYTHON ?? 'python3', '-m', 'venv', folder)
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check']
  must(python, ...pip, '-r', join(here, lists[0]))
  must(python, ...pip, '--no-deps', '-r', join(here, lists[1]))
  writeFileSync(made, wanted)
  return python
}

function readOr(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
