/**
 * Every fault a person can meet, in one table: the code, the exit status, the HTTP status and the words.
 * Code throws `new NeufError(code, details)`; only the edges (command line, server) turn it into text.
 */
type Fault<D> = {
  /** 2 for wrong usage, 1 otherwise. */
  readonly exit: 1 | 2
  readonly http: 400 | 404 | 409 | 413 | 422 | 499 | 500 | 503 | 507
  /** One line: what was wrong, where, what to do. */
  readonly say: (details: D) => string
}

const fault = <D>(exit: 1 | 2, http: Fault<D>['http'], say: (details: D) => string): Fault<D> => ({ exit, http, say })

export const faults = {
  'prompt-empty': fault<Record<string, never>>(
    2,
    400,
    () => 'The prompt is empty. Say what to draw, for example: neuf "a red kangaroo"',
  ),
  'prompt-too-long': fault<{ limit: number; cut: string }>(
    2,
    413,
    (d) => `The prompt is over the limit of ${d.limit} characters. Shorten it; this part does not fit: "${d.cut}"`,
  ),
  'prompt-control-characters': fault<{ at: number; code: string }>(
    2,
    400,
    (d) => `The prompt holds a control character (${d.code}) at position ${d.at}. Remove it.`,
  ),
  'option-unknown': fault<{ option: string; command: string; nearest?: string }>(2, 400, (d) => {
    const meant = d.nearest === undefined ? '' : ` Did you mean ${d.nearest}?`
    return `Unknown option ${d.option}.${meant} See: neuf ${d.command} --help`
  }),
  'option-value': fault<{ option: string; value: string; expected: string }>(
    2,
    400,
    (d) => `${d.option} cannot be "${d.value}": expected ${d.expected}.`,
  ),
  'command-unknown': fault<{ word: string; meant: string; prompt: string }>(2, 400, (d) => {
    return `There is no command "${d.word}". Did you mean: neuf ${d.meant}? To draw it: neuf generate "${d.prompt}"`
  }),
  usage: fault<{ problem: string; command: string }>(2, 400, (d) => `${d.problem} See: neuf ${d.command} --help`),
  'file-missing': fault<{ path: string; todo: string }>(1, 404, (d) => `There is no file at ${d.path}. ${d.todo}`),
  'file-unreadable': fault<{ path: string; why: string; todo: string }>(
    1,
    422,
    (d) => `Cannot read ${d.path}: ${d.why}. ${d.todo}`,
  ),
  'file-unwritable': fault<{ path: string; why: string; todo: string }>(
    1,
    507,
    (d) => `Cannot write ${d.path}: ${d.why}. ${d.todo}`,
  ),
  'corpus-other-settings': fault<{ folder: string; difference: string }>(
    1,
    409,
    (d) => `The folder ${d.folder} holds another corpus: ${d.difference}. Name another folder, or remove that one.`,
  ),
  'corpus-damaged': fault<{ path: string; why: string }>(
    1,
    422,
    (d) => `The corpus is damaged at ${d.path}: ${d.why}. Run neuf corpus build again with the same settings.`,
  ),
  'corpus-older': fault<{ folder: string }>(
    1,
    409,
    (d) =>
      `The corpus in ${d.folder} was built by an older version: build it again. Name another folder, or remove that one first.`,
  ),
  'corpus-empty': fault<{ folder: string; reasons: string; report: string }>(
    1,
    422,
    (d) => `Nothing in ${d.folder} made a corpus: ${d.reasons}. Every refused item and why: ${d.report}`,
  ),
  'art-unreachable': fault<{ url: string; why: string }>(
    1,
    503,
    (d) => `Cannot fetch ${d.url}: ${d.why}. What is there is kept; run the same command again later.`,
  ),
  'art-upstream-missing': fault<{ url: string; status: number }>(
    1,
    404,
    (d) => `There is no ${d.url} to be had (status ${d.status}). Name another place with --mirror, or do without it.`,
  ),
  'art-upstream-other': fault<{ url: string; why: string }>(
    1,
    422,
    (d) => `${d.url} is not the file that neuf knows: ${d.why}. It was not used; --mirror names another place.`,
  ),
  'art-too-many-faults': fault<{ count: number; first: string }>(
    1,
    503,
    (d) => `Stopped after ${d.count} files that could not be had. The first: ${d.first}`,
  ),
  'art-other-pack': fault<{ folder: string }>(
    1,
    409,
    (d) => `The folder ${d.folder} holds art that neuf art fetch did not put there. Name another folder.`,
  ),
  'not-installed': fault<{ missing: string }>(1, 500, (d) => `A part is not installed: ${d.missing}. Run: npm ci`),
  'model-missing': fault<{ name: string; looked: readonly string[]; known: readonly string[] }>(1, 404, (d) => {
    const known = d.known.length === 0 ? 'There is none there.' : `There: ${d.known.join(', ')}.`
    return `There is no model "${d.name}" in ${d.looked.join(' or ')}. ${known} Give one of these names, or a folder.`
  }),
  'model-broken': fault<{ path: string; why: string }>(
    1,
    500,
    (d) => `The model is damaged at ${d.path}: ${d.why}. Take its folder from where it came from again.`,
  ),
  'model-cannot-encode': fault<{ model: string }>(
    1,
    422,
    (d) =>
      `The model ${d.model} draws pictures and reads none: its image tokenizer came without an encoder. ` +
      'Name a model that has one.',
  ),
  'drawing-index-missing': fault<{ model: string; folder: string }>(
    1,
    404,
    (d) =>
      `The model ${d.model} carries no index of the drawings it was trained on. Add one, with the art pack at hand: ` +
      `node tools/add-drawing-index.ts ${d.folder} ART-FOLDER OUT-FOLDER`,
  ),
  'weights-broken': fault<{ path: string; why: string; format?: string }>(
    1,
    422,
    (d) =>
      `${d.path} is not a sound ${d.format ?? 'safetensors'} file: ${d.why}. ` +
      'Take the file from where it came from again.',
  ),
  'checkpoint-unknown': fault<{ path: string; why: string; todo: string }>(
    1,
    422,
    (d) => `Cannot read weights from ${d.path}: ${d.why}. ${d.todo}`,
  ),
  'checkpoint-other-network': fault<{ path: string; network: string; why: string }>(
    1,
    422,
    (d) =>
      `${d.path} does not hold the weights of ${d.network}: ${d.why}. Name the checkpoint that its settings are of.`,
  ),
  cancelled: fault<{ what: string }>(1, 499, (d) => `Stopped: ${d.what}.`),
  engine: fault<{ what: string; why: string }>(1, 500, (d) => `The engine failed while ${d.what}: ${d.why}`),
  'training-diverged': fault<{ name: string; step: number; loss: number; gradientNorm: number }>(
    1,
    500,
    (d) =>
      `Training of the ${d.name} failed at step ${d.step}: the loss is ${d.loss}, the gradient's length ${d.gradientNorm}. ` +
      'Lower peakRate in its recipe and train in another folder.',
  ),
  'stage-untrained': fault<{ stage: string; folder: string }>(
    1,
    409,
    (d) => `The ${d.stage} comes before, and is not trained yet in ${d.folder}. Train it first, or import its result.`,
  ),
  'stage-trained': fault<{ stage: string; path: string; step: number }>(
    1,
    409,
    (d) => `The ${d.stage} is already at step ${d.step} in ${d.path}. Remove that file to go back.`,
  ),
  'start-other-settings': fault<{ folder: string; what: string }>(
    1,
    409,
    (d) => `${d.folder} cannot be trained further by this recipe: it has ${d.what}. Leave --from out to begin anew.`,
  ),
  'run-other-settings': fault<{ path: string }>(
    1,
    409,
    (d) => `${d.path} belongs to a run with other settings. Name another folder for this one.`,
  ),
} satisfies Record<string, Fault<never>>

export type FaultCode = keyof typeof faults
type Details<C extends FaultCode> = (typeof faults)[C] extends Fault<infer D> ? D : never

/** A fault with its code and details as data; `message` is the one line a person reads. */
export class NeufError<C extends FaultCode = FaultCode> extends Error {
  readonly code: C
  readonly details: Details<C>

  constructor(code: C, details: Details<C>, options?: { cause?: unknown }) {
    super((faults[code].say as (d: Details<C>) => string)(details), options)
    this.name = 'NeufError'
    this.code = code
    this.details = details
  }

  get exitStatus(): 1 | 2 {
    return faults[this.code].exit
  }

  get httpStatus(): number {
    return faults[this.code].http
  }
}
