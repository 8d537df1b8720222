import { namesrvEntry } from '../entries/namesrvEntry'
import { nodeParts } from './nodeParts'

namesrvEntry(nodeParts())
