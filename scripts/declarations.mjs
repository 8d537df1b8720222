/** Type declarations of one module that imports nothing of ours, for those who install the package. */
import { readFileSync } from 'node:fs'
import ts from 'typescript'

/** @throws Error where an export's type is not written down. */
export const declarationsOf = (path) => {
  const { outputText, diagnostics = [] } = ts.transpileDeclaration(readFileSync(path, 'utf8'), {
    fileName: path,
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext }
  })
  if (diagnostics.length > 0)
    throw new Error(diagnostics.map(({ messageText }) => messageText).join('\n'))
  return outputText
}

/** For the main process's build. */
export const emitDeclarations = (path, fileName) => ({
  name: 'gantry-declarations',
  generateBundle() {
    this.emitFile({ type: 'asset', fileName, source: declarationsOf(path) })
  }
})
