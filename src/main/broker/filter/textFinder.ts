/** Is `wanted` in a text? In linear time whatever both are (Knuth, Morris, Pratt). */
export const textFinder = (wanted: string): ((text: string) => boolean) => {
  const codes = Array.from({ length: wanted.length }, (_, i) => wanted.charCodeAt(i))
  /** How much of `wanted` still fits when the character behind the first i + 1 does not. */
  const fallback = codes.map(() => 0)
  for (let i = 1, fits = 0; i < codes.length; i++) {
    while (fits > 0 && codes[i] !== codes[fits]) fits = fallback[fits - 1]!
    if (codes[i] === codes[fits]) fits++
    fallback[i] = fits
  }
  return (text) => {
    let fits = 0
    for (let i = 0; i < text.length && fits < codes.length; i++) {
      const code = text.charCodeAt(i)
      while (fits > 0 && code !== codes[fits]) fits = fallback[fits - 1]!
      if (code === codes[fits]) fits++
    }
    return fits === codes.length
  }
}
