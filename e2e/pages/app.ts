import type { Locator, Page } from '@playwright/test'
import type { Host } from '../host'
import { ClusterPage } from './cluster'
import { ConfigPage } from './config'
import { GroupsPage } from './groups'
import { MessagesPage } from './messages'
import { TopicsPage } from './topics'
import { TrafficPage } from './traffic'

export type PageName =
  | 'cluster'
  | 'consume'
  | 'topics'
  | 'groups'
  | 'messages'
  | 'deadLetters'
  | 'scheduled'
  | 'traffic'
  | 'statistics'
  | 'alarms'
  | 'settings'
  | 'clients'
  | 'connections'

/** The application as a person sees it: the frame, and a page object for each page. */
export class App {
  readonly page: Page
  readonly cluster: ClusterPage
  readonly config: ConfigPage
  readonly topics: TopicsPage
  readonly groups: GroupsPage
  readonly messages: MessagesPage
  readonly traffic: TrafficPage

  constructor(readonly host: Host) {
    this.page = host.page
    this.cluster = new ClusterPage(this.page)
    this.config = new ConfigPage(this.page)
    this.topics = new TopicsPage(this.page)
    this.groups = new GroupsPage(this.page)
    this.messages = new MessagesPage(this.page)
    this.traffic = new TrafficPage(this.page)
  }

  /** By the menu, as a person goes. */
  async open(name: PageName): Promise<void> {
    await this.page.getByTestId(`menu-${name}`).click()
    await this.title.waitFor()
  }

  /** By its element: a drawer that is still closing has a heading of the first level too. */
  get title(): Locator {
    return this.page.locator('h1')
  }

  get status(): Locator {
    return this.page.getByTestId('status-bar')
  }

  get problem(): Locator {
    return this.page.getByTestId('problem')
  }
}
