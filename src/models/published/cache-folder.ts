/** Where fetched files are kept between calls. */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/**
 * NEUF_CACHE, or `neuf` in the folder that the system has for such files.
 * @param folder that relative paths start from
 */
export function cacheFolder(
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
  platform: NodeJS.Platform = process.platform,
): string {
  const set = (name: string): string | undefined => environment[name] || undefined
  const home = set('HOME') ?? homedir()
  const own = set('NEUF_CACHE')
  if (own !== undefined) return resolve(folder, own)
  if (platform === 'win32') return join(set('LOCALAPPDATA') ?? join(home, 'AppData', 'Local'), 'neuf', 'cache')
  const shared = set('XDG_CACHE_HOME')
  if (shared?.startsWith('/')) return join(shared, 'neuf')
  return platform === 'darwin' ? join(home, 'Library', 'Caches', 'neuf') : join(home, '.cache', 'neuf')
}
