#!/usr/bin/env node
// The launcher: finds the right Node, or says in one line what to do. Only the JavaScript of 2009 is allowed in here
// (bin/neuf.test.ts sees to it).
'use strict'

var fs = require('fs')
var path = require('path')

// The first Node that runs TypeScript as it stands, without a flag, and has the half-precision arrays of the weights.
var oldest = 24
var project = path.join(__dirname, '..')
var modules = path.join(project, 'node_modules')
var handedOver = 'NEUF_HANDED_OVER'

function stop(line) {
  process.stderr.write('neuf: ' + line + ' [not-ready]\n')
  process.exit(1)
}

/** The Node that `npm ci` brings in as the package `node`, or undefined. */
function broughtNode() {
  var file = path.join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  return fs.existsSync(file) ? file : undefined
}

function handOver(node) {
  var env = {}
  for (var name in process.env) env[name] = process.env[name]
  env[handedOver] = '1'
  var args = [__filename].concat(process.argv.slice(2))
  var child = require('child_process').spawn(node, args, { stdio: 'inherit', env: env })
  // A terminal sends Ctrl-C to both; this process waits for the other to clean up, and hands on what came to it alone.
  var signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  signals.forEach(function (signal) {
    process.on(signal, function () {
      child.kill(signal)
    })
  })
  child.on('error', function (error) {
    stop('the Node in node_modules does not start (' + error.message + '). Run: npm ci')
  })
  child.on('exit', function (status, signal) {
    if (signal === null) process.exit(status)
    signals.forEach(function (each) {
      process.removeAllListeners(each)
    })
    process.kill(process.pid, signal)
  })
}

function start() {
  if (!fs.existsSync(modules)) return stop('it is not installed yet. Run in ' + project + ': npm ci')
  if (parseInt(process.versions.node, 10) < oldest) {
    var brought = process.env[handedOver] ? undefined : broughtNode()
    if (brought) return handOver(brought)
    return stop(
      'this is Node ' + process.versions.node + ', and Node ' + oldest + ' is needed. It comes with: ' +
        'npm ci --ignore-scripts=false (or install Node ' + oldest + ' yourself)'
    )
  }
  // Compiled once and kept in the system's temporary folder: the program's own files load in half the time.
  var cache = require('module').enableCompileCache().directory
  // The engines' threads look for it here. (It is the folder of this Node's version in the cache's own.)
  if (cache) process.env.NODE_COMPILE_CACHE = path.dirname(cache)
  require(path.join(project, 'src', 'cli', 'main.ts')).start(process.argv.slice(2))
}

start()
