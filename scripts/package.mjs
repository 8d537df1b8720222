/** `npm run package`: installers, where the tool that makes them is installed. */
import { createRequire } from 'node:module'

const hasBuilder = () => {
  try {
    createRequire(import.meta.url).resolve('electron-builder')
    return true
  } catch {
    return false
  }
}

console.error(
  hasBuilder()
    ? 'electron-builder is installed but not set up here yet; the application itself was built into out/.'
    : 'No installer was made: electron-builder is not installed. The application itself was built into out/; npm start runs it.'
)
process.exit(1)
