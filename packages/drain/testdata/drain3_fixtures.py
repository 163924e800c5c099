"""Writes parity.json and snapshots.json: what Drain3 does with a log made up here. See README.md."""
import json
import random
import sys

from drain3.drain import Drain
from drain3.masking import LogMasker, MaskingInstruction
from drain3.template_miner import TemplateMiner
from drain3.template_miner_config import TemplateMinerConfig
from drain3.memory_buffer_persistence import MemoryBufferPersistence

EDGE = r'((?<=[^A-Za-z0-9])|^)', r'((?=[^A-Za-z0-9])|$)'
MASKS = [MaskingInstruction(EDGE[0] + pattern + EDGE[1], name) for pattern, name in [
    (r'(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})', 'IP'), (r'(0x[a-f0-9A-F]+)', 'HEX'), (r'([\-\+]?\d+)', 'NUM')]]

# Python's white space, and U+FEFF, which is white space to JavaScript alone.
SPACES = [' ', '  ', '\t', '\x0b', '\x1c', '\x1f', '\x85', '\xa0', '\u1680', '\u2003', '\u2028', '\u3000', '\ufeff']
# Digits and numbers: decimal, superscript, circled, Arabic-Indic are digits to Python; fraction and Roman are not.
DIGITS = ['7', 'x7', 'x\u00b2', 'x\u2460', '\u0663', 'x\u00bd', '\u2167', '\U0001d7d8x']

SUBJECTS = ['connection', 'session', 'disk', 'packet', 'worker', 'cache', 'job', 'lease']
VERBS = ['opened', 'closed', 'lost', 'renewed', 'dropped', 'retried']
OBJECTS = ['by', 'from', 'for', 'to']


def make_lines(seed, count):
    chance = random.Random(seed)

    def number():
        return str(chance.randrange(10 ** chance.randrange(1, 9)))

    def address():
        return '.'.join(str(chance.randrange(256)) for _ in range(4))

    def word():
        return ''.join(chance.choice('abcdefghij') for _ in range(4))

    kinds = [
        lambda: f'{chance.choice(SUBJECTS)} {number()} {chance.choice(VERBS)} {chance.choice(OBJECTS)} {address()}',
        lambda: f'user {word()} logged in from {address()} port {number()}',
        lambda: f'{word()} {chance.choice(VERBS)}: code={hex(chance.randrange(9999))} size={number()}',
        lambda: f'{number()} of {number()} blocks {chance.choice(VERBS)}',
        lambda: f'task_{number()}_{word()} {chance.choice(VERBS)}',
        lambda: chance.choice(SPACES).join(chance.choices(VERBS + ['<*>', '\ufeff'], k=4)),
        lambda: f'{chance.choice(DIGITS)} {chance.choice(DIGITS)} seen {chance.choice(VERBS)}',
        lambda: chance.choice(['', ' ', '\t', 'stop', '<*>', number(), '__proto__ constructor', '  start  now ']),
        lambda: ' '.join(chance.choices(['__proto__', 'constructor', '1', '2', '10', 'py/object', 'json://1'], k=3)),
        lambda: ' '.join(chance.choice(['on', 'off', number()]) for _ in range(chance.randrange(2, 7))),
    ]
    return [chance.choice(kinds)() for _ in range(count)]


def clusters_of(drain):
    return [{'id': c.cluster_id, 'template': c.get_template(), 'size': c.size}
            for c in sorted(drain.clusters, key=lambda c: c.cluster_id)]


def settings(drain):
    return {'similarityThreshold': drain.sim_th, 'depth': drain.log_cluster_depth, 'maxChildren': drain.max_children,
            'maxClusters': drain.max_clusters, 'extraDelimiters': list(drain.extra_delimiters),
            'parametrizeNumericTokens': drain.parametrize_numeric_tokens}


def cluster_id(cluster):
    return 0 if cluster is None else cluster.cluster_id


CONFIGS = {
    'default': ({}, False),
    'masked': ({}, True),
    'sim0.6-depth5': ({'sim_th': 0.6, 'depth': 5}, False),
    'lru50': ({'max_clusters': 50}, True),
    'delims': ({'extra_delimiters': ['_', '=', ':']}, True),
    'lru3': ({'max_clusters': 3}, False),
    'narrow': ({'max_children': 4, 'depth': 6, 'parametrize_numeric_tokens': False}, False),
    'odd-delimiters': ({'extra_delimiters': [' of ', 'o', 'e ']}, False),
    'shallow': ({'depth': 3, 'sim_th': 0.0, 'max_children': 1}, False),
    'exact': ({'sim_th': 1.0, 'max_children': 2, 'depth': 5}, True),
}


def parity():
    masker = LogMasker(MASKS, '<:', ':>')
    lines, unseen = make_lines(1, 600), make_lines(2, 200)
    result = {'lines': lines, 'masked': [masker.mask(line) for line in lines],
              'unseen': unseen, 'maskedUnseen': [masker.mask(line) for line in unseen], 'configs': {}}
    for name, (options, is_masked) in CONFIGS.items():
        drain = Drain(**options)
        suffix = 'masked' if is_masked else 'lines'
        assigned = [drain.add_log_message(line)[0].cluster_id for line in result[suffix]]
        to_match = result[suffix] + result['maskedUnseen' if is_masked else 'unseen']
        result['configs'][name] = {
            'settings': settings(drain), 'isMasked': is_masked, 'clusterOfLine': assigned,
            'matched': {how: [cluster_id(drain.match(line, how)) for line in to_match]
                        for how in ['never', 'fallback', 'always']},
            'clusters': clusters_of(drain)}
    return result


def share_empty_lists(node, empty):
    """Lets all inner nodes hold one list, so that jsonpickle writes references (py/id) to it."""
    if not node.cluster_ids:
        node.cluster_ids = empty
    for child in node.key_to_child_node.values():
        share_empty_lists(child, empty)


def snapshots():
    first, following = make_lines(3, 150), make_lines(4, 150)
    result = {'following': following, 'snapshots': {}}
    for name, options, compress in [('compressed', {}, True), ('plain', {'drain_depth': 5}, False),
                                    ('lru', {'drain_max_clusters': 12}, True),
                                    ('delimiters', {'drain_extra_delimiters': ['_', '=']}, True),
                                    ('references', {'drain_depth': 6, 'drain_max_clusters': 30}, False)]:
        config = TemplateMinerConfig()
        config.snapshot_compress_state = compress
        for key, value in options.items():
            setattr(config, key, value)
        persistence = MemoryBufferPersistence()
        miner = TemplateMiner(persistence, config)
        for line in first:
            miner.add_log_message(line)
        if name == 'references':
            share_empty_lists(miner.drain.root_node, [])
        miner.save_state('fixture')
        # Drain3 itself goes on from the snapshot, as a restarted process would.
        resumed = TemplateMiner(persistence, config)
        state = persistence.state.decode()
        clusters = clusters_of(resumed.drain)
        assigned = [resumed.drain.add_log_message(line)[0].cluster_id for line in following]
        result['snapshots'][name] = {'state': state, 'settings': settings(resumed.drain), 'clusters': clusters,
                                     'clusterOfFollowing': assigned, 'clustersAfter': clusters_of(resumed.drain)}
    return result


for name, data in [('parity.json', parity()), ('snapshots.json', snapshots())]:
    with open(f'{sys.argv[1]}/{name}', 'w', encoding='utf-8', newline='\n') as file:
        json.dump(data, file, ensure_ascii=True, separators=(',', ':'))
        file.write('\n')
