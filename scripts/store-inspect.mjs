/** `npm run store:inspect -- DIR [--json] [--records]`: what a broker's store holds and what is damaged; changes nothing. */
import { bundle } from './bundle.mjs'

await import(await bundle('src/main/broker/storeInspectCli.ts'))
