/** The tables, as steps from nothing to what this version of neuf reads. A step that was released is never changed. */
import { NeufError } from '../../errors/errors.ts'
import type { Database } from './database.ts'
import { folded, ownerOf } from './expressions.ts'

/** Each brings the tables of a schema one version further. */
export const steps: readonly ((schema: string) => readonly string[])[] = [
  (s) => [
    `create table ${s}.jobs (
      id uuid primary key,
      client text not null,
      state text not null check (state in ('queued', 'drawing', 'done', 'failed', 'cancelled')),
      model text not null,
      model_sha256 text not null,
      request jsonb not null,
      candidates integer not null check (candidates > 0),
      -- What one candidate costs, and where the job's first stands in the order of fair queueing, in the same unit.
      cost double precision not null check (cost > 0),
      start_tag double precision not null,
      drawn integer not null default 0,
      engine text,
      reading jsonb,
      chosen jsonb not null default '[]',
      has_sheet boolean not null default false,
      fault jsonb,
      -- The turn in pg-boss that stands for the job now; who has it, and which attempt of it that is.
      turn uuid,
      turn_queue text,
      turn_attempt integer,
      worker uuid,
      -- Turns begun since a candidate landed last.
      tries integer not null default 0,
      last_event integer not null default 0,
      idempotency_key text,
      body_sha256 text,
      created timestamptz not null default now(),
      started timestamptz,
      landed timestamptz,
      finished timestamptz
    )`,
    `create unique index jobs_idempotency on ${s}.jobs (client, idempotency_key) where idempotency_key is not null`,
    `create index jobs_unfinished on ${s}.jobs (start_tag, created) where state in ('queued', 'drawing')`,
    `create index jobs_client on ${s}.jobs (client, created desc, id)`,
    `create index jobs_finished on ${s}.jobs (finished) where finished is not null`,
    `create table ${s}.candidates (
      job uuid not null references ${s}.jobs on delete cascade,
      index integer not null,
      tokens bytea not null,
      score double precision not null,
      match_probability double precision,
      has_picture boolean not null default false,
      primary key (job, index)
    )`,
    `create table ${s}.events (
      job uuid not null references ${s}.jobs on delete cascade,
      id integer not null,
      kind text not null,
      data jsonb not null,
      at timestamptz not null default now(),
      primary key (job, id)
    )`,
    `create table ${s}.workers (
      id uuid primary key,
      engine text not null,
      models jsonb not null,
      started timestamptz not null default now(),
      seen timestamptz not null default now()
    )`,
    // Measured: how much of the cost's unit an engine draws of a model in a second.
    `create table ${s}.speeds (
      model_sha256 text not null,
      engine text not null,
      per_second double precision not null,
      measured timestamptz not null default now(),
      primary key (model_sha256, engine)
    )`,
  ],
  (s) => [
    `alter table ${s}.jobs
      add column owner text generated always as (${ownerOf('client')}) stored,
      add column searched text generated always as (${folded("request ->> 'prompt'")}) stored`,
    `create index jobs_owner on ${s}.jobs (owner, created desc, id)`,
    `drop index ${s}.jobs_client`,
    `alter table ${s}.candidates add column favourite boolean not null default false`,
    `create index candidates_favourite on ${s}.candidates (job) where favourite`,
    `create table ${s}.shares (
      id text primary key,
      -- Null when the job is gone; then the share has ended, too.
      job uuid references ${s}.jobs on delete set null,
      -- Indexes of candidates, in the order they are shown.
      pictures jsonb not null,
      recipe boolean not null,
      in_feed boolean not null,
      created timestamptz not null default now(),
      expires timestamptz,
      ended timestamptz,
      why text check (why in ('revoked', 'removed', 'taken-down'))
    )`,
    `create index shares_job on ${s}.shares (job)`,
    `create index shares_feed on ${s}.shares (created desc, id) where in_feed and ended is null`,
    `create table ${s}.reports (
      id integer primary key generated always as identity,
      share text not null references ${s}.shares on delete cascade,
      reason text not null,
      words text not null,
      created timestamptz not null default now(),
      settled timestamptz
    )`,
    `create index reports_waiting on ${s}.reports (share) where settled is null`,
  ],
  (s) => [
    `create table ${s}.redraws (
      job uuid primary key references ${s}.jobs on delete cascade,
      -- A byte an image token: 1 where it stays.
      kept bytea not null,
      -- The picture of which they stay: its image tokens, or a PNG that is encoded to such.
      tokens bytea,
      picture bytea,
      check ((tokens is null) <> (picture is null))
    )`,
  ],
  (s) => [
    `create table ${s}.reservations (
      client text not null,
      order_sha256 text not null,
      place bigint not null generated always as identity,
      model_sha256 text not null,
      -- Of the whole order, in the unit of jobs' cost.
      cost double precision not null check (cost > 0),
      -- Seconds, and the moment that they lead to.
      told double precision not null,
      due timestamptz not null,
      primary key (client, order_sha256)
    )`,
    // What a classifier saw on the picture.
    `alter table ${s}.candidates add column seen jsonb`,
    `create index candidates_seen on ${s}.candidates (job) where seen is not null`,
  ],
  // Equal orders of a client have a place each.
  (s) => [
    `alter table ${s}.reservations drop constraint reservations_pkey`,
    `alter table ${s}.reservations add primary key (place)`,
  ],
  (s) => [
    // What the policy refuses, as a classifier saw it, is drawn and counted; of its picture nothing is kept, its tokens neither.
    `alter table ${s}.candidates
      alter column tokens drop not null,
      add column refused boolean not null default false,
      add check (refused = (tokens is null) and not (refused and has_picture))`,
  ],
  (s) => [
    // The level of the policy under which the order was taken; null for those from before it was kept.
    `alter table ${s}.jobs add column policy_level text check (policy_level in ('off', 'standard', 'strict'))`,
  ],
]

/**
 * Brings a database's tables to this version, or to that of the steps given; several processes may do it at the same time.
 * @throws NeufError `database-newer`
 */
export async function migrate(db: Database, wanted = steps): Promise<void> {
  const { schema } = db
  await db.transaction(async (sql) => {
    await sql.query('select pg_advisory_xact_lock(hashtext($1))', [`${schema} migrations`])
    await sql.query(`create schema if not exists ${schema}`)
    await sql.query(`create table if not exists ${schema}.version (version integer not null)`)
    const [row] = await sql.query<{ version: number }>(`select max(version)::int as version from ${schema}.version`)
    const found = row?.version ?? 0
    if (found > wanted.length) throw new NeufError('database-newer', { found, known: wanted.length })
    for (const [i, step] of wanted.entries()) {
      if (i < found) continue
      for (const statement of step(schema)) await sql.query(statement)
      await sql.query(`insert into ${schema}.version (version) values ($1)`, [i + 1])
    }
  })
}
