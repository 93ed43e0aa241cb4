/** Links that show pictures to others: what a visitor gets, what ends them, and what a visitor can do against them. */
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readRecipe } from '../image/recipe-metadata.ts'
import { type ShareJson, shareSchema, sharesSchema } from './http/schemas.ts'
import type { JobOrder } from './jobs.ts'
import type { RunningServer } from './server.ts'
import { createShares } from './shares.ts'
import { finished, makeTestFolder, removeTestFolder, type TestFolder } from './testing/room.ts'
import { jsonOf, startTestServer } from './testing/server.ts'

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })
const secrets = { ann: 'a-secret-of-ann-1', host: 'a-secret-of-host' }
const publicUrl = 'https://neuf.example.org'
const hostile = "\"><script>alert(1)</script><img src=x onerror='alert(2)'>"
let place: TestFolder
let server: RunningServer
const logged: string[] = []
const jobs = { plain: '', hostile: '', nude: '', other: '' }

beforeAll(async () => {
  place = await makeTestFolder()
  server = await startTestServer(place, {
    environment: { NEUF_TOKEN: `ann=${secrets.ann},host=${secrets.host}` },
    policy: { level: 'standard' },
    publicUrl,
    feed: true,
    log: (what, error) => logged.push(`${what}: ${error}`),
  })
  const draw = async (prompt: string) => {
    const order = { prompt, seed: 5, count: 10, candidates: 12 }
    const { id } = await server.room.jobs.submit(order, 'ann@127.0.0.1')
    await finished(server.room.jobs, id)
    return id
  }
  jobs.plain = await draw('un éléphant en fromage')
  jobs.hostile = await draw(hostile)
  jobs.nude = await draw('a nude woman')
  jobs.other = await draw('a cat')
})
afterAll(async () => {
  await server?.close()
  await removeTestFolder(place)
})

const ask = (path: string, init: RequestInit = {}, secret: string = secrets.ann) =>
  fetch(server.url + path, {
    ...init,
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json', ...init.headers },
  })
/** As somebody who has a link and nothing else. */
const visit = (path: string, headers: Record<string, string> = {}) => fetch(server.url + path, { headers })
const order = (job: string, body: object = {}) =>
  ask(`/api/v1/jobs/${job}/shares`, { method: 'POST', body: JSON.stringify(body) })
async function share(job: string, body: object = {}): Promise<ShareJson> {
  const response = await order(job, body)
  expect(response.status).toBe(201)
  return shareSchema.parse(await response.json())
}
const codeOf = async (response: Response) => [response.status, (await jsonOf(response)).error.code]
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer())
const samePixels = async (a: Buffer, b: Buffer) =>
  (await sharp(a).raw().toBuffer()).equals(await sharp(b).raw().toBuffer())
/** A property that the page tells to social networks. */
const told = (page: string, property: string) =>
  new RegExp(`<meta property="${property}" content="([^"]*)">`).exec(page)?.[1]
const report = (id: string, body: string, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/s/${id}/report`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  })

describe('a link', () => {
  it('shows the nine, the prompt and the recipe to whoever has it, and to no search engine', async () => {
    const { id, url, pictures } = await share(jobs.plain)
    expect(id).toMatch(/^[A-Za-z0-9_-]{24}$/)
    expect(url).toBe(`${publicUrl}/s/${id}`)
    const best = (await jsonOf(await ask(`/api/v1/jobs/${jobs.plain}`))).pictures.slice(0, 9)
    expect(pictures).toEqual(best.map(({ index }) => index))
    const response = await visit(`/s/${id}`)
    const page = await response.text()
    expect(response.status).toBe(200)
    expect(response.headers.get('x-robots-tag')).toContain('noindex')
    expect(page).toContain('<meta name="robots" content="noindex">')
    expect(page).toContain('<h1>un éléphant en fromage</h1>')
    expect(page).toContain('--seed 5 --candidates 12')
    const policy = response.headers.get('content-security-policy')!
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toMatch(/unsafe|script|https?:/)
    expect(page).not.toMatch(/<script|javascript:| on\w+=| style=/i)
    expect(page.match(/<link [^>]*/g)).toEqual([expect.stringContaining('href="/mark.svg"')])
    expect(told(page, 'og:title')).toBe('un éléphant en fromage')
    expect(told(page, 'og:url')).toBe(url)
    expect(told(page, 'og:image')).toBe(`${url}/sheet.png`)
    // The pictures, as files of their own that carry how they were made and that a network made them.
    const sources = [...page.matchAll(/<img src="([^"]+)" alt="([^"]+)">/g)]
    expect(sources.map(([, , alt]) => alt)).toEqual(best.map((_, i) => `Picture ${i + 1}: un éléphant en fromage`))
    for (const [i, [, source]] of sources.entries()) {
      const png = await bytesOf(await visit(source!))
      expect(readRecipe(png)).toMatchObject({ kind: 'picture', record: { recipe: { index: pictures[i], seed: 5 } } })
      expect((await sharp(png).metadata()).xmpAsString).toContain('trainedAlgorithmicMedia')
    }
    const sheet = await visit(`/s/${id}/sheet.png`)
    expect(sheet.headers.get('cache-control')).toBe('no-cache')
    expect(readRecipe(await bytesOf(sheet))).toMatchObject({ kind: 'sheet', records: { length: 9 } })
    // A secret of the owner's is in none of it.
    for (const text of [page, (await bytesOf(await visit(`/s/${id}/1.png`))).toString('latin1')]) {
      expect(text).not.toContain(jobs.plain)
    }
    const french = await (await visit(`/s/${id}`, { 'accept-language': 'fr-FR,en;q=0.5' })).text()
    expect(french).toContain('<html lang="fr">')
    expect(french).toContain('Signaler cette page')
  })

  it('shows the pictures alone where that is wanted, and those that are wanted', async () => {
    const all = (await jsonOf(await ask(`/api/v1/jobs/${jobs.plain}`))).pictures.map(({ index }) => index)
    const chosen = [all[9]!, all[0]!]
    const { id } = await share(jobs.plain, { recipe: false, pictures: chosen })
    const page = await (await visit(`/s/${id}`)).text()
    for (const word of ['fromage', 'neuf generate', 'Seed', '% match']) expect(page).not.toContain(word)
    for (const [i, index] of chosen.entries()) {
      const png = await bytesOf(await visit(`/s/${id}/${i + 1}.png`))
      expect(() => readRecipe(png)).toThrow('carries no neuf:recipe')
      expect(png.includes('fromage')).toBe(false)
      const { xmpAsString, width } = await sharp(png).metadata()
      expect(xmpAsString).toContain('trainedAlgorithmicMedia')
      const own = await bytesOf(await ask(`/api/v1/jobs/${jobs.plain}/pictures/${index}.png`))
      expect(await samePixels(png, own)).toBe(true)
      expect(width).toBe(16)
    }
    const sheet = await bytesOf(await visit(`/s/${id}/sheet.png`))
    expect(sheet.includes('fromage')).toBe(false)
    expect((await sharp(sheet).metadata()).xmpAsString).toContain('trainedAlgorithmicMedia')
    expect((await visit(`/s/${id}/3.png`)).status).toBe(404)
  })

  it('shows a hostile prompt as text, in the page, its head and its address', async () => {
    const { id } = await share(jobs.hostile)
    const page = await (await visit(`/s/${id}`)).text()
    const plain = await (await visit(`/s/${(await share(jobs.plain)).id}`)).text()
    const tags = (text: string) => [...text.matchAll(/<\/?[a-z0-9]+/gi)].map(([tag]) => tag)
    expect(tags(page)).toEqual(tags(plain))
    expect(page).not.toContain('<script')
    const here = /class="button main" href="([^"]*)"/.exec(page)![1]!.replaceAll('&amp;', '&')
    expect(new URL(here, publicUrl).searchParams.get('prompt')).toBe(hostile)
    expect(here).toMatch(/^\/\?/)
  })

  it('covers what the policy covers, and shows nothing of it in previews', async () => {
    const { id } = await share(jobs.nude)
    const page = await (await visit(`/s/${id}`)).text()
    expect(page).toMatch(/<details><summary>Covered: nudity\. Show all the same<\/summary><ol/)
    expect(told(page, 'og:image')).toBeUndefined()
    expect(await codeOf(await order(jobs.nude, { feed: true }))).toEqual([400, 'option-value'])
  })

  it.each([
    [{ pictures: [] }, 400, 'body-malformed'],
    [{ pictures: Array(10).fill(0) }, 400, 'body-malformed'],
    [{ pictures: [-1] }, 400, 'body-malformed'],
    [{ pictures: [2000] }, 400, 'body-malformed'],
    [{ pictures: [11, 11] }, 404, 'picture-missing'],
    [{ pictures: [900] }, 404, 'picture-missing'],
    [{ expires: 'tomorrow' }, 400, 'body-malformed'],
    [{ expires: '2001-01-01T00:00:00Z' }, 400, 'option-value'],
    [{ id: 'a-name-of-my-own' }, 400, 'body-malformed'],
    [{ feed: 'yes' }, 400, 'body-malformed'],
  ])('cannot be made of %j', async (body, status, code) => {
    expect(await codeOf(await order(jobs.plain, body))).toEqual([status, code])
  })

  it('is of a job that is there, finished and has pictures', async () => {
    expect(await codeOf(await order('00000000-0000-4000-8000-000000000000'))).toEqual([404, 'job-missing'])
    const { id } = await server.room.jobs.submit({ prompt: 'a dog', candidates: 1000 }, 'ann@127.0.0.1')
    expect(await codeOf(await order(id))).toEqual([409, 'nothing-to-share'])
    await server.room.jobs.remove(id)
  })
})

describe('a link ends', () => {
  const gone = async (id: string) => {
    const page = await visit(`/s/${id}`)
    expect(page.headers.get('x-robots-tag')).toContain('noindex')
    expect(await page.text()).toContain('<h1>Nothing to see here</h1>')
    const pictures = [await visit(`/s/${id}/1.png`), await visit(`/s/${id}/sheet.png`)]
    return [page.status, ...pictures.map(({ status }) => status)]
  }

  it('when it is taken back, by who has the job and no one else', async () => {
    const { id } = await share(jobs.plain)
    const path = (job: string, which = id) => `/api/v1/jobs/${job}/shares/${which}`
    expect((await visit(`/s/${id}/sheet.png`)).status).toBe(200)
    expect(await codeOf(await ask(path(jobs.hostile), { method: 'DELETE' }))).toEqual([404, 'share-missing'])
    expect((await visit(`/s/${id}`)).status).toBe(200)
    const before = sharesSchema.parse(await (await ask(`/api/v1/jobs/${jobs.plain}/shares`)).json()).shares
    expect(before[0]!.id).toBe(id)
    expect((await ask(path(jobs.plain), { method: 'DELETE' })).status).toBe(204)
    expect(await gone(id)).toEqual([410, 410, 410])
    expect(await codeOf(await ask(path(jobs.plain), { method: 'DELETE' }))).toEqual([404, 'share-missing'])
    const after = sharesSchema.parse(await (await ask(`/api/v1/jobs/${jobs.plain}/shares`)).json()).shares
    expect(after).toEqual(before.slice(1))
    expect((await jsonOf(await ask(`/api/v1/jobs/${jobs.plain}`))).shares).toBe(after.length)
  })

  it('at its date', async () => {
    const { id, expires } = await share(jobs.plain, { expires: '2999-01-01T02:00:00+02:00' })
    expect(expires).toBe('2999-01-01T00:00:00.000Z')
    const { db } = server.room
    await db.query(`update ${db.schema}.shares set expires = now() - interval '1 second' where id = $1`, [id])
    expect(await gone(id)).toEqual([410, 410, 410])
  })

  it('with its job', async () => {
    const { id } = await server.room.jobs.submit({ prompt: 'a pig', candidates: 2 }, 'ann@127.0.0.1')
    await finished(server.room.jobs, id)
    const link = await share(id)
    expect((await ask(`/api/v1/jobs/${id}`, { method: 'DELETE' })).status).toBe(204)
    expect(await gone(link.id)).toEqual([410, 410, 410])
    await expect(server.room.shares.show(link.id)).rejects.toThrow('the drawing was deleted')
  })

  it.each(['zzqq', 'abcdefghijklmnopqrstuvwx', '..%2f..%2fetc', '%00', "'%20or%20true--", 'x'.repeat(3000)])(
    'and there is none at %s',
    async (id) => {
      const page = await visit(`/s/${id}`)
      expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8'])
      expect(await page.text()).not.toContain(id)
      expect((await visit(`/s/${id}/1.png`)).status).toBe(404)
    },
  )
})

describe('a report', () => {
  it('reaches whoever runs the server, who can take the page down', async () => {
    const { id, url } = await share(jobs.other)
    const form = new URLSearchParams({ reason: 'person', words: '<b>that is me</b>' }).toString()
    const origin = server.url
    expect(await (await report(id, form, { origin })).text()).toContain('<h1>Thank you</h1>')
    expect(logged.at(-1)).toMatch(/reported and not settled/)
    expect(logged.join()).not.toContain('that is me')
    const reports = () => ask('/api/v1/host/reports', {}, secrets.host)
    const { reports: waiting } = (await (await reports()).json()) as { reports: { id: number; share: string }[] }
    expect(waiting).toMatchObject([{ share: id, url, reason: 'person', words: '<b>that is me</b>', end: null }])
    const metrics = await (await ask('/metrics')).text()
    expect(metrics).toMatch(/^neuf_reports_waiting 1$/m)
    // Nobody else sees or settles it.
    const calls: [string, RequestInit][] = [
      ['/api/v1/host/reports', {}],
      [`/api/v1/host/reports/${waiting[0]!.id}/dismiss`, { method: 'POST' }],
      [`/api/v1/host/shares/${id}/take-down`, { method: 'POST' }],
    ]
    for (const [path, init] of calls) {
      expect(await codeOf(await ask(path, init)), path).toEqual([403, 'host-only'])
      expect((await fetch(server.url + path, init)).status, path).toBe(401)
    }
    const host = (path: string) => ask(path, { method: 'POST' }, secrets.host)
    expect((await host(calls[1]![0])).status).toBe(204)
    expect(await codeOf(await host(calls[1]![0]))).toEqual([404, 'report-missing'])
    expect((await visit(`/s/${id}`)).status).toBe(200)
    await report(id, form, { origin })
    // Who takes a link back before the host comes to it does not get around that.
    const { id: taken } = await share(jobs.other)
    await report(taken, form, { origin })
    expect((await ask(`/api/v1/jobs/${jobs.other}/shares/${taken}`, { method: 'DELETE' })).status).toBe(204)
    const takeDown = `/api/v1/host/shares/${taken}/take-down`
    expect((await host(takeDown)).status).toBe(204)
    expect(await codeOf(await host(takeDown))).toEqual([404, 'share-missing'])
    expect(await codeOf(await order(jobs.other))).toEqual([409, 'nothing-to-share'])
    // The link that still stood went with it.
    expect(await codeOf(await host(calls[2]![0]))).toEqual([404, 'share-missing'])
    expect((await visit(`/s/${id}`)).status).toBe(410)
    expect(await (await reports()).json()).toEqual({ reports: [], waiting: 0 })
    // And it stays down, by another link, too.
    expect(await codeOf(await order(jobs.other))).toEqual([409, 'nothing-to-share'])
    expect((await report(id, form, { origin })).status).toBe(410)
  })

  it('ends all links that show the same drawing, of whichever job, and no other link', async () => {
    const core = server.room.jobs
    const draw = async (prompt: string, seed: number, client = 'ann@127.0.0.1') => {
      const { id } = await core.submit({ prompt, seed, candidates: 4, count: 2 }, client)
      return (await finished(core, id)).id
    }
    const first = await draw('a horse', 8)
    const further = (await finished(core, (await core.more(first, 2, 'ann@127.0.0.1')).id)).id
    const again = await draw('a horse', 8, 'bob@127.0.0.1')
    const others = [await draw('a horse', 9), await draw('a mare', 8)]
    const links = [await share(first), await share(first, { recipe: false, feed: true }), await share(further)]
    const standing = [await share(others[0]!), await share(others[1]!)]
    const { id: takenBack } = await share(first)
    await ask(`/api/v1/jobs/${first}/shares/${takenBack}`, { method: 'DELETE' })
    const { db } = server.room
    const words = 'one of each'
    await db.query(
      `insert into ${db.schema}.reports (share, reason, words) select id, 'other', $2 from unnest($1::text[]) as id`,
      [[...links.map(({ id }) => id), takenBack, standing[0]!.id], words],
    )
    const host = (id: string) => ask(`/api/v1/host/shares/${id}/take-down`, { method: 'POST' }, secrets.host)
    // What is being shared while it is taken down comes before or after it: either way nothing stands.
    const [down, ...meanwhile] = await Promise.all([host(links[1]!.id), order(first), order(again), order(further)])
    expect(down!.status).toBe(204)
    for (const response of meanwhile) {
      if (response.status === 201) links.push(shareSchema.parse(await response.json()))
      else expect(await codeOf(response)).toEqual([409, 'nothing-to-share'])
    }
    for (const { id } of links) {
      expect([(await visit(`/s/${id}`)).status, (await visit(`/s/${id}/1.png`)).status]).toEqual([410, 410])
      await expect(server.room.shares.show(id)).rejects.toThrow('whoever runs this server took it down')
    }
    await expect(server.room.shares.show(takenBack)).rejects.toThrow('whoever made it took it back')
    for (const job of [first, further, again]) {
      expect(await codeOf(await order(job))).toEqual([409, 'nothing-to-share'])
      expect((await core.read(job)).shares).toBe(0)
    }
    for (const { id } of standing) expect((await visit(`/s/${id}`)).status).toBe(200)
    expect((await host(links[0]!.id)).status).toBe(404)
    const { reports } = (await (await ask('/api/v1/host/reports', {}, secrets.host)).json()) as {
      reports: { id: number; share: string }[]
    }
    expect(reports).toMatchObject([{ share: standing[0]!.id }])
    await server.room.shares.dismiss(reports[0]!.id)
    for (const job of [first, further, again, ...others]) await core.remove(job)
  })

  it('is of a drawing as the networks draw it: however its prompt was typed, and not of another sampling or picture', async () => {
    const core = server.room.jobs
    const { imageTokens } = server.room.models[0]!
    const draw = async (order: Partial<JobOrder>) => {
      const whole = { prompt: 'a horse', seed: 8, candidates: 2, count: 2, ...order }
      return (await finished(core, (await core.submit(whole, 'ann@127.0.0.1')).id)).id
    }
    /** Half of a picture that consists of one image token. */
    const half = (token: number) => {
      const kept = new Uint8Array(imageTokens).fill(1, imageTokens / 2)
      return { source: { tokens: new Uint16Array(imageTokens).fill(token) }, kept }
    }
    const firstPicture = async (job: string) => {
      const carried = readRecipe(await core.picture(job, 0))
      return carried.kind === 'picture' ? [...carried.record.tokens] : []
    }
    const long = 'a horse '.repeat(90)
    const kinds: (readonly [Partial<JobOrder>, Partial<JobOrder>])[] = [
      [{}, { prompt: '  A  HORSE!' }],
      [{ sampling: { temperature: 0.5 } }, { sampling: { temperature: 0.5 } }],
      [{ redraw: half(1) }, { redraw: half(1), prompt: 'A horse.' }],
      [{ redraw: half(2) }, { redraw: half(2) }],
      [{ prompt: `${long}in a field` }, { prompt: `${long}at sea` }],
    ]
    const links: string[][] = []
    const drawn: number[][] = []
    const made: string[] = []
    for (const kind of kinds) {
      const [one, other] = [await draw(kind[0]), await draw(kind[1])]
      made.push(one, other)
      drawn.push(await firstPicture(one))
      expect(await firstPicture(other)).toEqual(drawn.at(-1))
      links.push([(await share(one)).id, (await share(other)).id])
    }
    // No two kinds have the same pictures.
    expect(new Set(drawn.map(String)).size).toBe(kinds.length)
    const statuses = () => Promise.all(links.flat().map(async (id) => (await visit(`/s/${id}`)).status))
    for (const [i, [link]] of links.entries()) {
      await server.room.shares.takeDown(link!)
      expect(await statuses()).toEqual(links.flatMap((_, at) => (at <= i ? [410, 410] : [200, 200])))
    }
    for (const job of made) {
      expect(await codeOf(await order(job))).toEqual([409, 'nothing-to-share'])
      await core.remove(job)
    }
  })

  it('is the same for a token, a password and the cookie of either, and a page to show needs none', async () => {
    const { id } = await share(jobs.plain)
    const listed: unknown[] = []
    for (const [holder, secret] of Object.entries(secrets)) {
      const signed = await ask('/api/v1/session', { method: 'POST' }, secret)
      const ways: Record<string, string>[] = [
        { authorization: `Bearer ${secret}` },
        { authorization: `Basic ${btoa(`anybody:${secret}`)}` },
        { cookie: signed.headers.get('set-cookie')!.split(';')[0]!, 'sec-fetch-site': 'same-origin' },
      ]
      const lists = await Promise.all(ways.map(async (way) => (await visit('/api/v1/jobs?limit=100', way)).text()))
      expect(new Set(lists).size, holder).toBe(1)
      listed.push((JSON.parse(lists[0]!) as { jobs: unknown[] }).jobs.length)
      for (const way of ways) {
        expect((await visit('/api/v1/host/reports', way)).status, holder).toBe(holder === 'host' ? 200 : 403)
        // Of a link it makes no difference who comes.
        expect((await visit(`/s/${id}`, way)).status).toBe(200)
      }
    }
    expect(listed).toEqual([4, 0])
    for (const path of [`/s/${id}`, `/s/${id}/1.png`, '/feed']) expect((await visit(path)).status, path).toBe(200)
    expect((await visit('/api/v1/host/reports')).status).toBe(401)
  })

  it('comes from this page, in a form, and not again and again', async () => {
    const { id } = await share(jobs.plain)
    const form = 'reason=other'
    expect((await report(id, form, { origin: 'https://evil.example' })).status).toBe(403)
    expect((await report(id, form, { origin: 'null' })).status).toBe(403)
    expect((await report(id, 'reason=nonsense')).status).toBe(400)
    expect((await report(id, `reason=other&words=${'x'.repeat(1001)}`)).status).toBe(400)
    const statuses = []
    for (let i = 0; i < 6; i++) statuses.push((await report(id, form)).status)
    expect(statuses.at(-1)).toBe(429)
    const { shares } = server.room
    for (let i = 0; i < 30; i++) await shares.report(id, { reason: 'other', words: '' })
    expect((await shares.reports(100)).filter((one) => one.share === id).length).toBe(20)
    expect(await shares.countReports()).toBe(20)
  })
})

describe('the feed', () => {
  it('shows what people put there, and nothing that ended', async () => {
    const inFeed = await share(jobs.plain, { feed: true })
    const hidden = await share(jobs.plain)
    const alone = await share(jobs.hostile, { feed: true, recipe: false })
    const links = async () => {
      const response = await visit('/feed')
      expect(response.headers.get('x-robots-tag')).toContain('noindex')
      const page = await response.text()
      expect(page).not.toContain('<script')
      return [...page.matchAll(/href="\/s\/([^"]+)"/g)].map(([, id]) => id)
    }
    expect(await links()).toEqual([alone.id, inFeed.id])
    expect(await links()).not.toContain(hidden.id)
    await ask(`/api/v1/jobs/${jobs.plain}/shares/${inFeed.id}`, { method: 'DELETE' })
    expect(await links()).toEqual([alone.id])
  })

  it('has pages', async () => {
    const { shares } = server.room
    for (let i = 0; i < 5; i++) await share(jobs.plain, { feed: true })
    const all = (await shares.feed({ limit: 50 })).shown.map((one) => one.share.id)
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await shares.feed({ limit: 2, cursor })
      seen.push(...page.shown.map((one) => one.share.id))
      cursor = page.next ?? undefined
    } while (cursor !== undefined)
    expect(seen).toEqual(all)
    expect((await visit('/feed?cursor=x')).status).toBe(400)
  })

  it('is where the host opened one', async () => {
    const { db, pictures, jobs: core } = server.room
    const closed = createShares({ db, pictures, verdict: core.verdict, feed: false })
    expect(await closed.feed({ limit: 9 })).toEqual({ shown: [], next: null })
    const wanted = closed.create(jobs.plain, { recipe: true, feed: true, expires: null })
    await expect(wanted).rejects.toThrow('this server has no feed')
  })
})

describe('a file', () => {
  it('holds the nine, for who has the job', async () => {
    const path = `/api/v1/jobs/${jobs.hostile}/share.html`
    expect((await visit(path)).status).toBe(401)
    const response = await ask(path)
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="neuf-5\.html"$/)
    const page = await response.text()
    expect(page.match(/src="data:image\/png;base64,/g)).toHaveLength(9)
    expect(page).not.toContain('<script')
    const bare = await (
      await ask(`${path}?metadata=none&language=fr&pictures=${(await share(jobs.hostile)).pictures[0]}`)
    ).text()
    expect(bare).toContain('<html lang="fr">')
    const [, inside] = /base64,([^"]+)"/.exec(bare)!
    expect((await sharp(Buffer.from(inside!, 'base64')).metadata()).xmp).toBeUndefined()
    for (const word of ['neuf generate', 'alert']) expect(bare).not.toContain(word)
    for (const query of ['pictures=x', 'language=de', 'metadata=some', `pictures=${Array(10).fill(0)}`]) {
      expect(await codeOf(await ask(`${path}?${query}`)), query).toEqual([400, 'body-malformed'])
    }
  })

  it('of a picture or a sheet is bare where that is wanted', async () => {
    const { pictures, sheet } = await jsonOf(await ask(`/api/v1/jobs/${jobs.plain}`))
    for (const url of [pictures[0]!.url, sheet!]) {
      const own = await bytesOf(await ask(url))
      expect((await sharp(own).metadata()).xmpAsString).toContain('trainedAlgorithmicMedia')
      expect(own.includes('parameters')).toBe(true)
      const bare = await bytesOf(await ask(`${url}?metadata=none`))
      expect((await sharp(bare).metadata()).xmp).toBeUndefined()
      for (const word of ['neuf', 'fromage', 'parameters']) expect(bare.includes(word)).toBe(false)
      expect(await samePixels(bare, own)).toBe(true)
    }
  })
})

it('describes all of this', async () => {
  const { paths } = (await (await ask('/api/v1/openapi.json')).json()) as { paths: Record<string, object> }
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining(['/s/{share}', '/feed', '/api/v1/jobs/{id}/shares', '/api/v1/host/reports']),
  )
})

it.each([
  'neuf.example.org',
  'ftp://neuf.example.org',
  'https://neuf.example.org/path',
  'https://u@neuf.example.org',
  '',
])('takes no public address %j', async (wrong) => {
  await expect(startTestServer(place, { publicUrl: wrong })).rejects.toMatchObject({ code: 'option-value' })
})
