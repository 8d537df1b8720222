/** Text of a protocol's declaration, as it stands in its file. */
declare module '*.proto?raw' {
  const source: string
  // eslint-disable-next-line no-restricted-syntax -- what the bundler's `?raw` gives
  export default source
}
