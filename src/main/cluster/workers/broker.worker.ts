import { brokerEntry } from '../entries/brokerEntry'
import { nodeParts } from './nodeParts'

brokerEntry(nodeParts())
