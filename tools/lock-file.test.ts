import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

type LockEntry = {
  readonly version?: string
  readonly resolved?: string
  readonly integrity?: string
  readonly link?: boolean
  readonly hasInstallScript?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
}
const read = (name: string) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'))
const packages = Object.entries(read('package-lock.json').packages as Record<string, LockEntry>).filter(
  ([at]) => at !== '',
)

describe('package-lock.json', () => {
  it('pins every package by version and hash, and names no place it came from', () => {
    expect(packages.length).toBeGreaterThan(50)
    for (const [at, entry] of packages) {
      expect(entry.integrity, at).toMatch(/^sha512-/)
      expect(entry.resolved, at).toBeUndefined()
    }
  })

  it('lists the packages of every platform, not only of the one it was made on', () => {
    // npm leaves out what its registry did not have, and then refuses the file (npm 11: "Missing: ... from lock file").
    // To mend it, pin versions whose platform packages are all there, and make the file anew without node_modules.
    const present = new Set(packages.map(([at]) => at.replace(/^.*node_modules\//, '')))
    const missing = packages
      .flatMap(([, entry]) => Object.keys(entry.optionalDependencies ?? {}))
      .filter((name) => !present.has(name))
    expect(missing).toEqual([])
  })

  it('lets only the package that brings Node run a script while it is installed', () => {
    // onnxruntime-node's would fetch CUDA libraries from elsewhere; esbuild's only saves a few milliseconds. npm 10 goes
    // by this flag, which `npm install` may put back: take it out again. npm 11 goes by allowScripts.
    expect(packages.filter(([, entry]) => entry.hasInstallScript).map(([at]) => at)).toEqual(['node_modules/node'])
    expect(read('package.json').allowScripts).toMatchObject({ node: true, 'onnxruntime-node': false })
  })

  it('pins direct dependencies to one version each', () => {
    const { dependencies, devDependencies } = read('package.json')
    for (const version of Object.values({ ...dependencies, ...devDependencies }))
      expect(version).toMatch(/^\d+\.\d+\.\d+$/)
  })
})
