/** CodeMirror dressed in our palette; imported only where an editor is loaded. */
import { EditorView } from '@codemirror/view'

export const editorTheme = EditorView.theme({
  '.cm-placeholder': { color: 'var(--text3)' },
  '&': { color: 'var(--text)', backgroundColor: 'var(--field)', fontSize: '12.5px' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-1px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.6' },
  '.cm-content': { caretColor: 'var(--text)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': {
    color: 'var(--text3)',
    backgroundColor: 'var(--sunken)',
    borderRight: '1px solid var(--border)'
  },
  '.cm-comment': { color: 'var(--text3)', fontStyle: 'italic' },
  '.cm-key': { color: 'var(--accent)' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--accent) 6%, transparent)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { backgroundColor: 'color-mix(in srgb, var(--accent) 24%, transparent)' },
  '.cm-tooltip': {
    color: 'var(--text)',
    backgroundColor: 'var(--raised)',
    border: '1px solid var(--border)',
    borderRadius: '6px'
  },
  '.cm-panels': { color: 'var(--text)', backgroundColor: 'var(--surface)' },
  '.cm-panels.cm-panels-top, .cm-panels.cm-panels-bottom': { borderColor: 'var(--border)' },
  '.cm-textfield': { backgroundColor: 'var(--field)', border: '1px solid var(--border)' },
  '.cm-button': { backgroundImage: 'none', backgroundColor: 'var(--sunken)' },
  '.cm-collapsedLines': {
    color: 'var(--text2)',
    background: 'var(--sunken)',
    fontFamily: 'var(--font)'
  },
  '.cm-collapsedLines::before, .cm-collapsedLines::after': { content: 'none' },
  '.cm-changedLine': {
    backgroundColor: 'color-mix(in srgb, var(--warn) 12%, transparent) !important'
  },
  '.cm-changedText': {
    background: 'color-mix(in srgb, var(--warn) 28%, transparent) !important'
  }
})
