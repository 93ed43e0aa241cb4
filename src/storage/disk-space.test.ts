import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { checkSpace } from './disk-space.ts'

const folder = tmpdir()

it('adds up what goes onto one disk, and names the nearest folder there is', async () => {
  const asked: string[] = []
  const free = async (path: string) => {
    asked.push(path)
    return 5e9
  }
  const needs = (bytes: number) => [
    { folder: join(folder, 'none', 'yet'), bytes: 3e9 },
    { folder, bytes },
  ]
  await checkSpace(needs(2e9), free)
  await expect(checkSpace(needs(2e9 + 1), free)).rejects.toMatchObject({
    code: 'disk-too-small',
    message: `The disk of ${folder} has 5.00 GB free and needs 5.00 GB. Free some space, or choose a folder on another disk.`,
  })
  expect(asked).toEqual([folder, folder])
})

it('asks the system', async () => {
  await checkSpace([{ folder, bytes: 1 }])
  await expect(checkSpace([{ folder, bytes: 2 ** 60 }])).rejects.toMatchObject({ code: 'disk-too-small' })
})
