import type { Cluster } from './cluster.js'
import { hasDigit } from './tokens.js'

/** A node of the prefix tree; the order of its children is the order in which they were made. */
export class PrefixNode {
  readonly children = new Map<string, PrefixNode>()
  /** Non-empty in leaves only; may hold evicted clusters until the leaf is next added to. */
  clusters: readonly Cluster[] = []
}

/** The part of the miner's options that shapes the tree. */
export interface TreeShape {
  readonly depth: number
  readonly maxChildren: number
  readonly parametrizeNumericTokens: boolean
  readonly wildcard: string
}

/**
 * Drain's fixed-depth tree: the root leads by the number of tokens, each level below by one leading token, and the
 * leaves hold clusters (He et al. 2017, §III-C). Of `depth` levels the root is one and the leaves' clusters another,
 * so `depth − 3` leading tokens are looked at; a message of n tokens leads down by n − 1 at most.
 */
export class PrefixTree {
  constructor(
    readonly root: PrefixNode,
    readonly shape: TreeShape,
  ) {}

  /** The clusters of the leaf that a line leads to, taking the wildcard child where no child has its token. */
  candidates(tokens: readonly string[]): readonly Cluster[] {
    const { wildcard } = this.shape
    let node = this.root.children.get(String(tokens.length))
    const steps = this.#stepsBelowLength(tokens.length)
    for (let i = 0; i < steps && node !== undefined; i++) {
      node = node.children.get(tokens[i]) ?? node.children.get(wildcard)
    }
    return node?.clusters ?? NO_CLUSTERS
  }

  /** All clusters of a number of tokens, a node before its children. Slow: looks at the whole branch. */
  clustersOfLength(length: number): Cluster[] {
    const found: Cluster[] = []
    const branch = this.root.children.get(String(length))
    if (branch !== undefined) collectClusters(branch, found)
    return found
  }

  /** Adds a new cluster to the leaf its template leads to, making the nodes that lack on the way. */
  add(cluster: Cluster): void {
    const { tokens } = cluster
    let node = childOf(this.root, String(tokens.length))
    const steps = this.#stepsBelowLength(tokens.length)
    for (let i = 0; i < steps; i++) node = this.#descend(node, tokens[i])
    node.clusters = [...node.clusters.filter((other) => other.isAlive), cluster]
  }

  #stepsBelowLength(length: number): number {
    return Math.max(0, Math.min(this.shape.depth - 3, length - 1))
  }

  /**
   * The child for a token. A token with a digit, and any token once the node is full, goes to the wildcard child; the
   * last free place of a node that has no wildcard child is kept for it.
   */
  #descend(node: PrefixNode, token: string): PrefixNode {
    const { children } = node
    const { maxChildren, parametrizeNumericTokens, wildcard } = this.shape
    const child = children.get(token)
    if (child !== undefined) return child
    if (parametrizeNumericTokens && hasDigit(token)) return childOf(node, wildcard)
    const taken = children.has(wildcard) ? children.size : children.size + 1
    return childOf(node, taken < maxChildren ? token : wildcard)
  }
}

const NO_CLUSTERS: readonly Cluster[] = []

function childOf(node: PrefixNode, key: string): PrefixNode {
  let child = node.children.get(key)
  if (child === undefined) {
    child = new PrefixNode()
    node.children.set(key, child)
  }
  return child
}

function collectClusters(node: PrefixNode, into: Cluster[]): void {
  for (const cluster of node.clusters) into.push(cluster)
  for (const child of node.children.values()) collectClusters(child, into)
}
