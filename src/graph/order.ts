/** The order in which a graph's nodes can be worked through. */
import type { Node, Tensor } from './tensor.ts'

/** Every node the outputs depend on, each after all of its inputs. Does not recurse: graphs are deep. */
export function inOrder(outputs: readonly Tensor[]): Node[] {
  const order: Node[] = []
  const done = new Set<Node>()
  const open: { node: Node; next: number }[] = []
  for (const { node } of outputs) {
    if (!done.has(node)) open.push({ node, next: 0 })
    while (open.length > 0) {
      const top = open.at(-1)!
      const input = top.node.inputs[top.next++]
      if (input === undefined) {
        open.pop()
        if (!done.has(top.node)) order.push(top.node)
        done.add(top.node)
      } else if (!done.has(input.node)) {
        open.push({ node: input.node, next: 0 })
      }
    }
  }
  return order
}
