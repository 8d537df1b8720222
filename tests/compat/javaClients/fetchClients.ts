// Before all tests: lets Maven fetch the official clients and compile our drivers against them.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { clientLines, root, stockServer } from './lines'
import { fetchLine, findHindrance } from './maven'

declare module 'vitest' {
  interface ProvidedContext {
    /** Why the suite cannot run here; empty if it can. */
    hindrance: string
  }
}

export function setup(project: TestProject) {
  const hindrance = findHindrance()
  project.provide('hindrance', hindrance)
  if (hindrance) {
    process.stderr.write(`compat suite skipped: ${hindrance}\n`)
    return
  }
  if (!stockServer() && !existsSync(join(root, 'out/main/headless.js'))) {
    throw new Error('out/main/headless.js is missing: run "npm run build" first')
  }
  const stock = stockServer()
  const stockLines = stock ? ([stock, 'proxy-5.3'] as const) : []
  for (const line of [...clientLines, 'client-grpc' as const, ...stockLines]) fetchLine(line)
}
