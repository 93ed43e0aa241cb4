// Loaded into a process from outside (NODE_OPTIONS): says at its end how much memory it took at most, in MB.
'use strict'
const { writeSync } = require('node:fs')
const { isMainThread } = require('node:worker_threads')

if (isMainThread) {
  process.on('exit', () => writeSync(2, `peakMB ${Math.round(process.resourceUsage().maxRSS / 1024)}\n`))
}
