/** What a lent machine needs to draw scenes and train a stage: files of this checkout and of its packages. */
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setOfStyle } from '../../src/corpus/art.ts'
import type { Recipe } from '../../src/train/recipe.ts'
import type { TrainedStage } from '../../src/train/trained-stages.ts'

const project = fileURLToPath(new URL('../../', import.meta.url))

/** The program without tests, and the packages that it runs with; Node lies beside it. */
export async function copyProgram(to: string): Promise<void> {
  const isTest = (path: string) => /(\.test\.ts|\/testing)$/.test(path)
  const skipped = /\/(\.venv|__pycache__)$/
  for (const part of ['package.json', 'bin/neuf.cjs', 'src', 'runners']) {
    const filter = (path: string) => !isTest(path) && !skipped.test(path)
    await cp(join(project, part), join(to, 'app', part), { recursive: true, filter })
  }
  for (const name of await packagesNeeded()) {
    const from = join(project, 'node_modules', name)
    const filter = (path: string) => isForHere(path.slice(from.length))
    await cp(from, join(to, 'app/node_modules', name), { recursive: true, filter, dereference: true })
  }
  await cp(process.execPath, join(to, 'node'))
}

/** Binaries of other systems, and what a package ships for people and browsers, stay here. */
function isForHere(path: string): boolean {
  if (/\.(map|md|d\.[cm]?ts)$/.test(path)) return false
  const [, system, processor] = /\/bin\/napi-v\d+\/([^/]+)(?:\/([^/]+))?/.exec(path) ?? []
  return (system ?? process.platform) === process.platform && (processor ?? process.arch) === process.arch
}

/** Packages that the program imports and those they need, as far as they are installed here. */
async function packagesNeeded(): Promise<string[]> {
  const manifest = async (folder: string) => {
    const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined)
    return text === undefined ? undefined : (JSON.parse(text) as Record<string, Record<string, string> | undefined>)
  }
  const found = new Set<string>()
  // Node itself is carried as one file.
  const todo = Object.keys((await manifest(project))!.dependencies!).filter((name) => name !== 'node')
  for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
    const about = found.has(name) ? undefined : await manifest(join(project, 'node_modules', name))
    if (about === undefined) continue
    found.add(name)
    todo.push(...Object.keys(about.dependencies ?? {}), ...Object.keys(about.optionalDependencies ?? {}))
  }
  return [...found].sort()
}

/** The rows and pictures of an art pack that a recipe draws with. */
export async function copyArt(from: string, to: string, { corpus }: Recipe): Promise<void> {
  const { concepts, styles } = corpus.sample
  const sets = new Set<string>(styles.map((style) => setOfStyle[style]))
  const wanted = new Set(concepts)
  const lines = (await readFile(join(from, 'index.jsonl'), 'utf8')).split('\n').filter((line) => {
    if (line === '') return false
    const { set, concept } = JSON.parse(line) as { set: string; concept: string }
    return sets.has(set) && wanted.has(concept)
  })
  await mkdir(to, { recursive: true })
  for (const line of lines) {
    const { file } = JSON.parse(line) as { file: string }
    await cp(join(from, file), join(to, file))
  }
  await writeFile(join(to, 'index.jsonl'), lines.map((line) => `${line}\n`).join(''))
}

/** What a run has for a stage: all but the corpus, logs, models, and the unfinished states of other stages. */
export async function copyRun(
  from: string,
  to: string,
  stage: TrainedStage,
  without: readonly string[],
): Promise<void> {
  await mkdir(to, { recursive: true })
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const { name } = entry
    const ofAnother = name.endsWith('.checkpoint.safetensors') && name !== `${stage}.checkpoint.safetensors`
    if (!entry.isFile() || ofAnother || /^\.|\.jsonl$/.test(name) || without.includes(name)) continue
    await cp(join(from, name), join(to, name))
  }
}
