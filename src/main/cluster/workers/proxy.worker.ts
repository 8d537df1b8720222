import { proxyEntry } from '../entries/proxyEntry'
import { nodeParts } from './nodeParts'

proxyEntry(nodeParts())
