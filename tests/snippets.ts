/** Runs a program of the Connect card as it stands there. */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** Within the repository, so that it finds the client's package. */
const cache = resolve(import.meta.dirname, '..', '.cache', 'snippets')

/** What it printed, and its exit code; the client's own log goes to a home folder that is removed. */
export const runNodeSnippet = async (
  text: string
): Promise<{ code: number | null; stdout: string; stderr: string }> => {
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'node-'))
  try {
    const file = join(folder, 'snippet.mjs')
    writeFileSync(file, text)
    const env = { ...process.env, HOME: folder, USERPROFILE: folder }
    const child = spawn(process.execPath, [file], { cwd: folder, env })
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (part: string) => (stdout += part))
    child.stderr.setEncoding('utf8').on('data', (part: string) => (stderr += part))
    const code = await new Promise<number | null>((done) => child.once('close', done))
    return { code, stdout, stderr }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
