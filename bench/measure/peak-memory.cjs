// Loaded into a process from outside (NODE_OPTIONS): says at its end how much memory it took at most, in MB, and how
// much of the processors, user and system, in seconds.
'use strict'
const { writeSync } = require('node:fs')
const { isMainThread } = require('node:worker_threads')

if (isMainThread) {
  process.on('exit', () => {
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
    writeSync(2, `peakMB ${Math.round(maxRSS / 1024)}\nprocessorSeconds ${(userCPUTime + systemCPUTime) / 1e6}\n`)
  })
}
