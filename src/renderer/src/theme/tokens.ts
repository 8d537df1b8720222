/** The palette: one accent family (iris), one second voice for charts (teal), neutrals, and three states. */

export interface Palette {
  bg: string
  surface: string
  raised: string
  sunken: string
  field: string
  /** The chosen one of a row of segments. */
  chip: string
  border: string
  text: string
  text2: string
  text3: string
  accent: string
  accentHover: string
  accentPressed: string
  accentSoft: string
  onAccent: string
  second: string
  ok: string
  warn: string
  error: string
}

export const light: Palette = {
  bg: '#f5f6f8',
  surface: '#ffffff',
  raised: '#ffffff',
  sunken: '#f0f1f5',
  field: '#ffffff',
  chip: '#ffffff',
  border: '#e2e5eb',
  text: '#1a1e27',
  text2: '#525b6b',
  text3: '#656e7d',
  accent: '#5148d6',
  accentHover: '#6259e4',
  accentPressed: '#4038b8',
  accentSoft: '#ecebfc',
  onAccent: '#ffffff',
  second: '#0d8f85',
  ok: '#16803c',
  warn: '#b25a06',
  error: '#c9302c'
}

export const dark: Palette = {
  bg: '#101218',
  surface: '#181b23',
  raised: '#1f232d',
  sunken: '#12151b',
  field: '#1c2029',
  chip: '#323847',
  border: '#2a2f3b',
  text: '#e6e9ef',
  text2: '#a9b1bf',
  text3: '#8891a1',
  accent: '#8f88f7',
  accentHover: '#a39dfa',
  accentPressed: '#7a72ea',
  accentSoft: '#27254a',
  onAccent: '#12111f',
  second: '#2fc8b9',
  ok: '#45c476',
  warn: '#eda23a',
  error: '#f2726b'
}

export const fontFamily =
  "-apple-system, BlinkMacSystemFont, 'Segoe UI', 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', Roboto, 'Helvetica Neue', Arial, sans-serif"
export const fontFamilyMono =
  "ui-monospace, 'SF Mono', 'Cascadia Mono', 'JetBrains Mono', Menlo, Consolas, 'Liberation Mono', 'DejaVu Sans Mono', 'Noto Sans Mono CJK SC', monospace"

/** The same palette for our own style sheets: `--accent`, `--text2` … */
export const cssVariables = (palette: Palette): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(palette).map(([name, value]) => [`--${name}`, String(value)])
  ),
  '--font': fontFamily,
  '--mono': fontFamilyMono
})
