import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeTestFolder, removeTestFolder, type TestFolder } from '../testing/room.ts'
import { createDrawing } from './drawing.ts'

let folder: TestFolder
beforeAll(async () => {
  folder = await makeTestFolder()
})
afterAll(() => removeTestFolder(folder))

it('that is closed while its models open keeps nobody waiting', async () => {
  const drawing = createDrawing({ folders: [folder.model], threads: 1 })
  const opening = drawing.ready().catch((error: { code: string }) => error.code)
  await drawing.close()
  expect(await opening).toBe('drawing-ended')
})
