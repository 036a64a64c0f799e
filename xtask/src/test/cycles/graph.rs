//! Cycles in a graph whose nodes are numbers.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What ties one node to another, by node and node.
pub type Edges = BTreeMap<usize, BTreeMap<usize, BTreeSet<String>>>;

/// Nodes that all reach each other.
#[derive(Debug, PartialEq, Eq)]
pub struct Knot {
    /// All of them, sorted.
    pub members: Vec<usize>,
    /// One of the shortest cycles among them; each leads to the next, the last to the first.
    pub shortest: Vec<usize>,
}

/// The knots of a graph: it has none exactly if it has no cycle. An edge from a node to itself does not count.
pub fn knots(edges: &Edges) -> Vec<Knot> {
    let nodes: BTreeSet<usize> =
        edges.iter().flat_map(|(&from, to)| std::iter::once(from).chain(to.keys().copied())).collect();
    let reached: BTreeMap<usize, BTreeSet<usize>> = nodes.iter().map(|&node| (node, reachable(edges, node))).collect();
    let mut left = nodes;
    let mut found = Vec::new();
    while let Some(node) = left.pop_first() {
        let mut members = vec![node];
        members.extend(reached[&node].iter().filter(|&&other| other != node && reached[&other].contains(&node)));
        members.sort_unstable();
        left.retain(|other| !members.contains(other));
        if members.len() > 1 {
            let cycles = members.iter().filter_map(|&member| shortest_cycle(edges, member));
            let shortest = cycles.min_by_key(Vec::len).unwrap_or_default();
            found.push(Knot { members, shortest });
        }
    }
    found
}

fn neighbours(edges: &Edges, node: usize) -> impl Iterator<Item = usize> {
    edges.get(&node).into_iter().flat_map(BTreeMap::keys).copied().filter(move |&other| other != node)
}

/// The nodes that a path of at least one edge leads to.
fn reachable(edges: &Edges, from: usize) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![from];
    while let Some(node) = waiting.pop() {
        waiting.extend(neighbours(edges, node).filter(|&other| found.insert(other)));
    }
    found
}

/// A shortest cycle through a node, from that node on.
fn shortest_cycle(edges: &Edges, node: usize) -> Option<Vec<usize>> {
    let mut before: BTreeMap<usize, usize> = BTreeMap::new();
    let mut waiting = VecDeque::from([node]);
    while let Some(at) = waiting.pop_front() {
        for other in neighbours(edges, at) {
            if other == node {
                let mut cycle = vec![at];
                while let Some(&earlier) = cycle.last().filter(|&&last| last != node).and_then(|last| before.get(last))
                {
                    cycle.push(earlier);
                }
                cycle.reverse();
                return Some(cycle);
            }
            if let std::collections::btree_map::Entry::Vacant(place) = before.entry(other) {
                place.insert(at);
                waiting.push_back(other);
            }
        }
    }
    None
}
