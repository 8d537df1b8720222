import { useRouter } from 'vue-router'

/** Opens the configuration of a node, at a property where one is named. */
export const useConfigLink = (id: () => string) => {
  const router = useRouter()
  return (find = ''): void => {
    const query = { node: id(), ...(find && { find }) }
    void router.push({ name: 'cluster', params: { tab: 'config' }, query })
  }
}
