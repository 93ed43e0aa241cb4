/**
 * Every fault a person can meet, in one table: the code, the exit status, the HTTP status and the words.
 * Code throws `new NeufError(code, details)`; only the edges (command line, server) turn it into text.
 */
type Fault<D> = {
  /** 2 for wrong usage, 1 otherwise. */
  readonly exit: 1 | 2
  readonly http: 400 | 401 | 403 | 404 | 405 | 406 | 409 | 410 | 413 | 415 | 422 | 429 | 499 | 500 | 503 | 507
  /** One line: what was wrong, where, what to do. */
  readonly say: (details: D) => string
}

const fault = <D>(exit: 1 | 2, http: Fault<D>['http'], say: (details: D) => string): Fault<D> => ({ exit, http, say })

const inGigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`

export const faults = {
  'prompt-empty': fault<Record<string, never>>(
    2,
    400,
    () => 'There is no text. Say what is to be seen, "a red kangaroo" for example.',
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
  'prompt-refused': fault<{ level: string; matched: string; why: string; others: number }>(1, 422, (d) => {
    const others = d.others === 0 ? '' : ` (and ${d.others} more)`
    return `The policy (${d.level}) refuses "${d.matched}"${others}: ${d.why.replace(/\.$/, '')}. Word it another way; docs/safety.md says what is checked.`
  }),
  'option-unknown': fault<{ option: string; command: string; nearest?: string }>(2, 400, (d) => {
    const meant = d.nearest === undefined ? '' : ` Did you mean ${d.nearest}?`
    return `Unknown option ${d.option}.${meant} See: neuf ${d.command} --help`
  }),
  'no-verifier': fault<{ side: number }>(
    1,
    409,
    (d) =>
      `No verifier for pictures of ${d.side} x ${d.side} comes with neuf. Name one with --verifier; ` +
      'neuf train-verifier makes it.',
  ),
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
  'disk-too-small': fault<{ folder: string; needed: number; free: number }>(
    1,
    507,
    (d) =>
      `The disk of ${d.folder} has ${inGigabytes(d.free)} free and needs ${inGigabytes(d.needed)}. ` +
      'Free some space, or choose a folder on another disk.',
  ),
  claimed: fault<{ what: string; pid: number; host: string; path: string }>(
    1,
    409,
    (d) =>
      `Another neuf (process ${d.pid} on ${d.host}) is at work on ${d.what}. Wait for it; ` +
      `if there is none any more, remove ${d.path}`,
  ),
  'corpus-other-settings': fault<{ folder: string; difference: string }>(
    1,
    409,
    (d) => `The folder ${d.folder} holds another corpus: ${d.difference}. Name another folder, or remove that one.`,
  ),
  'corpus-unfit': fault<{ why: string }>(1, 409, (d) => `The corpus does not fit the recipe. ${d.why}.`),
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
  'publication-unknown': fault<{ name: string; known: readonly string[]; nearest?: string }>(2, 404, (d) => {
    const meant = d.nearest === undefined ? '' : ` Did you mean ${d.nearest}?`
    return `Neuf cannot pull "${d.name}".${meant} It knows: ${d.known.join(', ')}.`
  }),
  'published-file-missing': fault<{ file: string; role: string; folder: string; looked: readonly string[] }>(
    1,
    404,
    (d) =>
      `The ${d.role} needs ${d.file}, which is not in ${d.folder}. Looked for: ${d.looked.join(', ')}. ` +
      'Put it there, or leave --from out to fetch it.',
  ),
  'published-file-other': fault<{ place: string; why: string; done: string }>(
    1,
    422,
    (d) => `${d.place} is not the published file: ${d.why}. ${d.done}`,
  ),
  'hub-unreachable': fault<{ url: string; why: string }>(
    1,
    503,
    (d) => `Cannot fetch ${d.url}: ${d.why}. What is there is kept; run the same command again later.`,
  ),
  'hub-refused': fault<{ url: string; status: number; token: boolean }>(1, 404, (d) => {
    const todo = d.token
      ? 'The token in HF_TOKEN does not allow it: check it, or unset HF_TOKEN.'
      : 'It may be gone, or need a token: set HF_TOKEN, or name another hub in HF_ENDPOINT.'
    return `The hub does not give out ${d.url} (status ${d.status}). ${todo}`
  }),
  'hub-missing': fault<{ url: string; status: number }>(
    1,
    404,
    (d) =>
      `There is no ${d.url} to be had (status ${d.status}). Name another hub in HF_ENDPOINT, or a folder with --from.`,
  ),
  'hub-strange': fault<{ url: string; why: string }>(
    1,
    503,
    (d) => `Cannot use what ${d.url} answers: ${d.why}. Check HF_ENDPOINT and any proxy in between.`,
  ),
  'model-in-the-way': fault<{ folder: string }>(
    1,
    409,
    (d) => `The folder ${d.folder} holds something else than a model. Name another one with --to.`,
  ),
  'model-missing': fault<{ name: string; looked: readonly string[]; known: readonly string[] }>(1, 404, (d) => {
    const known = d.known.length === 0 ? 'There is none there.' : `There: ${d.known.join(', ')}.`
    return `There is no model "${d.name}" in ${d.looked.join(' or ')}. ${known} Give one of these names, or a folder.`
  }),
  'model-broken': fault<{ path: string; why: string }>(
    1,
    500,
    (d) => `The model is damaged at ${d.path}: ${d.why}. Take its folder from where it came from again.`,
  ),
  'model-unfinished': fault<{ folder: string }>(
    1,
    409,
    (d) =>
      `The model in ${d.folder} has no scorer: it is a training in progress, from which neuf train goes on with --from. ` +
      'It draws nothing yet.',
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
  // What a server answers with.
  'body-malformed': fault<{
    why: string
    /** The field that is wrong, from the outside in, and in which way. */
    field?: {
      readonly path: readonly (string | number)[]
      readonly wrong: 'missing' | 'type' | 'above' | 'below' | 'long' | 'value'
    }
  }>(1, 400, (d) => `The request cannot be read: ${d.why}.`),
  'body-too-large': fault<{ limit: number }>(
    1,
    413,
    (d) => `The request's body is over the limit of ${d.limit} bytes.`,
  ),
  'media-type': fault<{ given: string; expected: string }>(
    1,
    415,
    (d) => `The body's type is "${d.given}"; send ${d.expected}, and say so in the header content-type.`,
  ),
  'not-acceptable': fault<{ asked: string; offered: string }>(
    1,
    406,
    (d) => `Nothing here is of the type "${d.asked}". There is: ${d.offered}.`,
  ),
  unauthorised: fault<Record<string, never>>(
    1,
    401,
    () => 'This server wants a token. Send the header: authorization: Bearer TOKEN',
  ),
  'host-refused': fault<{ host: string }>(
    1,
    403,
    (d) => `This server does not answer to the name "${d.host}". Whoever runs it can allow it with --name.`,
  ),
  'origin-refused': fault<{ origin: string }>(1, 403, (d) => `Pages of ${d.origin} may not use this server.`),
  'route-missing': fault<{ path: string }>(1, 404, (d) => `There is nothing at ${d.path}. See /api/v1/openapi.json.`),
  'method-refused': fault<{ method: string; allowed: string }>(
    1,
    405,
    (d) => `${d.method} means nothing here. Allowed: ${d.allowed}.`,
  ),
  'job-missing': fault<{ id: string }>(1, 404, (d) => `There is no job ${d.id}, or not any more.`),
  'upload-unreadable': fault<{
    why: string
    field: { readonly path: readonly (string | number)[]; readonly wrong: 'value' }
  }>(1, 422, (d) => `${d.field.path.join('.')} cannot be read: ${d.why}. Send a PNG, JPEG, WebP or AVIF picture.`),
  'picture-missing': fault<{ what: string; why: string }>(1, 404, (d) => `There is no ${d.what}: ${d.why}.`),
  'share-missing': fault<{ id: string }>(1, 404, (d) => `There is no link ${d.id}.`),
  'share-ended': fault<{ why: string }>(1, 410, (d) => `This link shows nothing any more: ${d.why}.`),
  'nothing-to-share': fault<{ why: string }>(1, 409, (d) => `It cannot be shared: ${d.why}.`),
  'report-missing': fault<{ id: string }>(1, 404, (d) => `There is no report ${d.id}.`),
  'host-only': fault<Record<string, never>>(
    1,
    403,
    () =>
      'This is for whoever runs the server: use the token named host, as NEUF_TOKEN=host=SECRET,ann=SECRET names it.',
  ),
  'credits-missing': fault<{ model: string }>(
    1,
    404,
    (d) => `The model ${d.model} tells no drawings: it carries no index of them, or is not served any more.`,
  ),
  'nothing-stands-out': fault<Record<string, never>>(
    1,
    422,
    () =>
      'Nothing stands out from the ground of this picture, so no sticker can be made of it. Take the picture itself.',
  ),
  'event-unknown': fault<{ id: string }>(
    1,
    400,
    (d) => `Last-Event-ID cannot be "${d.id}": give one that this job's events had, or leave it out.`,
  ),
  'key-reused': fault<{ key: string }>(
    1,
    422,
    (d) => `The Idempotency-Key "${d.key}" came with another request before. Use a new key for a new request.`,
  ),
  'nothing-to-add': fault<{ why: string }>(1, 409, (d) => `More cannot be drawn: ${d.why}.`),
  'queue-full': fault<{ seconds: number }>(
    1,
    429,
    (d) => `So much is waiting to be drawn that no more is taken. Try again in ${d.seconds} s.`,
  ),
  'too-many-requests': fault<{ seconds: number; full?: 'client' | 'all' }>(1, 429, (d) => {
    const why = {
      client: 'Your uploads that are under way take all the room that one client has.',
      all: 'The uploads that are under way, of all clients, take all the room that there is.',
    }
    return `${d.full === undefined ? 'Too many requests at a time.' : why[d.full]} Try again in ${d.seconds} s.`
  }),
  stopping: fault<Record<string, never>>(1, 503, () => 'The server is stopping. Try again in a moment.'),
  'worker-lost': fault<{ times: number }>(
    1,
    500,
    (d) => `What drew this job ended ${d.times} times without getting any further with it.`,
  ),
  'drawing-ended': fault<{ why: string }>(1, 500, (d) => `The process that draws ended: ${d.why}.`),
  'data-in-use': fault<{ folder: string; process: number }>(
    1,
    409,
    (d) =>
      `Another neuf (process ${d.process}) works in ${d.folder}. End it, give another folder with --data, or let several ` +
      'share a PostgreSQL by DATABASE_URL.',
  ),
  database: fault<{ what: string; why: string }>(1, 503, (d) => `The database failed while ${d.what}: ${d.why}`),
  'database-newer': fault<{ found: number; known: number }>(
    1,
    500,
    (d) => `The database is at version ${d.found} of its tables; this neuf knows ${d.known}. Use the newer neuf.`,
  ),
  'no-shared-database': fault<Record<string, never>>(
    2,
    400,
    () =>
      'neuf worker needs a database that it can share: set DATABASE_URL to a PostgreSQL. (neuf serve draws by itself.)',
  ),
  'token-needed': fault<{ host: string }>(
    2,
    400,
    (d) => `Others than this machine can reach ${d.host}: set NEUF_TOKEN to a secret of 16 characters or more first.`,
  ),
  'address-unusable': fault<{ address: string; why: string }>(
    1,
    500,
    (d) => `Cannot listen on ${d.address}: ${d.why}. Give another with --port or --host.`,
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
