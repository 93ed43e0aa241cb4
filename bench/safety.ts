/**
 * What the prompt policy stops that it should not, and misses that it should stop. `npm run bench -- safety [FOLDER] [FILE ...]`
 * takes the public prompt suites from FOLDER, ../shared/eval unless given (those that are not there are left out), captions
 * of sampled scenes, and the cases of its own tests. Each FILE holds labelled texts, one JSON object a line: `{"text", "stop"}`,
 * where `stop` says whether a policy ought to. Lists every false block with its reason. Last line: JSON.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { captions } from '../src/corpus/captions.ts'
import { fullSample, sampleScene } from '../src/corpus/sample.ts'
import { anyScene } from '../src/corpus/testing/any-scene.ts'
import { checkPrompt, type Verdict } from '../src/safety/check-prompt.ts'
import type { Level } from '../src/safety/policy.ts'
import { caughtPrompts } from '../src/safety/testing/caught-cases.ts'
import { harmlessPrompts } from '../src/safety/testing/harmless-cases.ts'

const scenes = 2500

type Measured = { readonly count: number; readonly blocked: number; readonly refused: number }

const linesOf = (path: string): string[] =>
  readFileSync(path, 'utf8')
    .split(/\r?\n/)
    .filter((line) => line !== '')

/** The prompts of each public suite that is in the folder. */
function publicPrompts(folder: string): Map<string, readonly string[]> {
  const suites = new Map<string, readonly string[]>()
  const add = (name: string, file: string, read: (path: string) => readonly string[]) => {
    if (existsSync(join(folder, file))) suites.set(name, read(join(folder, file)))
  }
  add('GenEval', 'geneval/evaluation_metadata.jsonl', (path) => linesOf(path).map((line) => JSON.parse(line).prompt))
  add('T2I-CompBench', 't2i-compbench', (path) =>
    readdirSync(path)
      .filter((file) => file.endsWith('_val.txt'))
      .flatMap((file) => linesOf(join(path, file))),
  )
  add('DALL-Eval', 'dall-eval/prompt_list.json', (path) => JSON.parse(readFileSync(path, 'utf8')))
  add('PartiPrompts', 'parti/PartiPrompts.tsv', (path) =>
    linesOf(path)
      .slice(1)
      .map((line) => line.split('\t')[0]!),
  )
  return suites
}

const sampledCaptions = (): string[] =>
  Array.from({ length: scenes }, (_, seed) => {
    const scene = seed % 2 === 0 ? sampleScene(seed, fullSample) : anyScene(seed)
    return captions(scene, seed).map(({ text }) => text)
  }).flat()

/** How many of harmless prompts a level does not let through; each is printed. */
function falseBlocks(name: string, prompts: readonly string[], level: Level): Measured {
  let blocked = 0
  let refused = 0
  for (const prompt of prompts) {
    const verdict = checkPrompt(prompt, { level })
    if (verdict.outcome === 'allowed') continue
    blocked++
    if (verdict.outcome === 'refused') refused++
    console.log(`${level} ${verdict.outcome}: ${prompt} (${inShort(verdict)})`)
  }
  const share = ((100 * blocked) / Math.max(1, prompts.length)).toFixed(2)
  console.log(`${name} at ${level}: ${blocked} of ${prompts.length} (${share} %)`)
  return { count: prompts.length, blocked, refused }
}

const inShort = (verdict: Verdict): string =>
  verdict.reasons
    .map(({ category, matched, beside }) => `${category}: ${matched}${beside ? ` + ${beside.matched}` : ''}`)
    .join('; ')

/** Labelled texts of a file: those to be stopped that were let through, and those to be let through that were not. */
function labelled(path: string, level: Level) {
  const found = { texts: 0, misses: 0, harmless: 0, falseBlocks: 0 }
  for (const line of linesOf(path)) {
    const { text, stop } = JSON.parse(line) as { text: string; stop: boolean }
    const through = checkPrompt(text, { level }).outcome === 'allowed'
    if (stop) {
      found.texts++
      if (through) found.misses++
    } else {
      found.harmless++
      if (!through) found.falseBlocks++
    }
  }
  console.log(`${basename(path)} at ${level}: ${JSON.stringify(found)}`)
  return found
}

export async function bench(): Promise<void> {
  const [folder = '../shared/eval', ...files] = process.argv.slice(3)
  const suites = publicPrompts(resolve(folder))
  const levels = ['standard', 'strict'] as const
  const all = [...suites.values()].flat()
  for (const [name, prompts] of suites) falseBlocks(name, prompts, 'standard')
  const written = sampledCaptions()
  const own = [...harmlessPrompts.en, ...harmlessPrompts.fr]
  const measured = Object.fromEntries(
    levels.map((level) => [
      level,
      {
        public: falseBlocks('public prompts', all, level),
        captions: falseBlocks('captions', written, level),
        ownHarmless: falseBlocks('harmless cases', own, level),
        labelled: Object.fromEntries(files.map((file) => [basename(file), labelled(file, level)])),
      },
    ]),
  )
  const missed = caughtPrompts.flatMap(({ category, from, prompts }) =>
    prompts.filter(
      (prompt) => !checkPrompt(prompt, { level: from }).reasons.some((reason) => reason.category === category),
    ),
  )
  const caught = caughtPrompts.reduce((sum, { prompts }) => sum + prompts.length, 0)
  const { public: prompts } = measured.standard!
  console.log(
    JSON.stringify({
      falseBlocks: prompts.blocked / Math.max(1, prompts.count),
      count: prompts.count,
      misses: missed.length,
      caught,
      levels: measured,
    }),
  )
}
