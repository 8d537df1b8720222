/** naive-ui dressed in our palette, a little denser than it comes. */
import type { GlobalThemeOverrides } from 'naive-ui'
import { fontFamily, fontFamilyMono, type Palette } from './tokens'

const ground = (tone: string, surface: string) => `color-mix(in srgb, ${tone} 9%, ${surface})`

/** Soft grounds: the words carry the message, not the colour behind them. */
const alertColors = ({ error, warn, ok, accent, surface }: Palette) => ({
  colorError: ground(error, surface),
  borderError: `1px solid ${error}40`,
  colorWarning: ground(warn, surface),
  borderWarning: `1px solid ${warn}40`,
  colorSuccess: ground(ok, surface),
  borderSuccess: `1px solid ${ok}40`,
  colorInfo: ground(accent, surface),
  borderInfo: `1px solid ${accent}40`
})

/** Nearer to the text than the tone itself: small words on a ground of their own tone are hard to read. */
const tagColors = ({ error, warn, ok, accent, text }: Palette) => {
  const ink = (tone: string) => `color-mix(in srgb, ${tone} 75%, ${text})`
  return {
    textColorError: ink(error),
    textColorWarning: ink(warn),
    textColorSuccess: ink(ok),
    textColorInfo: ink(accent),
    textColorPrimary: ink(accent)
  }
}

export const naiveOverrides = (palette: Palette): GlobalThemeOverrides => ({
  common: {
    fontFamily,
    fontFamilyMono,
    fontSize: '13px',
    fontSizeSmall: '13px',
    fontSizeMedium: '13px',
    fontSizeLarge: '14px',
    fontSizeTiny: '12px',
    fontSizeMini: '12px',
    heightTiny: '22px',
    heightSmall: '28px',
    heightMedium: '32px',
    borderRadius: '6px',
    borderRadiusSmall: '4px',
    primaryColor: palette.accent,
    primaryColorHover: palette.accentHover,
    primaryColorPressed: palette.accentPressed,
    primaryColorSuppl: palette.accent,
    successColor: palette.ok,
    successColorHover: palette.ok,
    successColorPressed: palette.ok,
    successColorSuppl: palette.ok,
    warningColor: palette.warn,
    warningColorHover: palette.warn,
    warningColorPressed: palette.warn,
    warningColorSuppl: palette.warn,
    errorColor: palette.error,
    errorColorHover: palette.error,
    errorColorPressed: palette.error,
    errorColorSuppl: palette.error,
    infoColor: palette.accent,
    infoColorHover: palette.accentHover,
    infoColorPressed: palette.accentPressed,
    infoColorSuppl: palette.accent,
    bodyColor: palette.bg,
    cardColor: palette.surface,
    modalColor: palette.raised,
    popoverColor: palette.raised,
    tableColor: palette.surface,
    tableHeaderColor: palette.surface,
    borderColor: palette.border,
    dividerColor: palette.border,
    textColorBase: palette.text,
    textColor1: palette.text,
    textColor2: palette.text,
    textColor3: palette.text3,
    placeholderColor: palette.text3,
    inputColor: palette.field,
    inputColorDisabled: palette.sunken,
    tagColor: palette.sunken
  },
  Input: { border: `1px solid ${palette.border}`, colorFocus: palette.field },
  InternalSelection: { border: `1px solid ${palette.border}`, colorActive: palette.field },
  Button: { textColorPrimary: palette.onAccent, textColorHoverPrimary: palette.onAccent },
  Card: { paddingMedium: '16px', borderRadius: '10px' },
  DataTable: {
    thColor: palette.surface,
    tdColor: palette.surface,
    thFontWeight: '500',
    thTextColor: palette.text3,
    thPaddingMedium: '8px 12px',
    tdPaddingMedium: '7px 12px',
    thPaddingSmall: '6px 10px',
    tdPaddingSmall: '5px 10px',
    borderRadius: '10px'
  },
  Tag: tagColors(palette),
  Empty: { textColor: palette.text3 },
  Popover: { borderRadius: '10px' },
  Drawer: { bodyPadding: '16px 20px', headerPadding: '14px 20px', footerPadding: '12px 20px' },
  Alert: {
    padding: '10px 12px',
    iconMargin: '11px 8px 0 12px',
    iconSize: '18px',
    ...alertColors(palette)
  },
  Tabs: {
    colorSegment: palette.sunken,
    tabColorSegment: palette.chip,
    tabFontSizeSmall: '13px',
    tabFontSizeMedium: '13px',
    tabPaddingMediumLine: '8px 2px',
    tabGapMediumLine: '24px',
    panePaddingMedium: '12px 0 0'
  }
})
