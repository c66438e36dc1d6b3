/** A block of addresses: the first of them, and how many of its leading bits are the block's. */
type Block = [first: string, bits: number]

/**
 * What is not the open internet among IPv4 addresses (IANA's registry of special-purpose addresses): private networks,
 * this machine, link-local with the clouds' metadata services, carriers' networks, documentation, multicast.
 */
const INSIDE_V4: Block[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
]
/** Of IPv6 only this block is the open internet, */
const OUTSIDE_V6: Block = ['2000::', 3]
/** without these: addresses that carry an IPv4 address which is reached through them, and documentation. */
const INSIDE_V6: Block[] = [['2001::', 23], ['2001:db8::', 32], ['2002::', 16], ['3fff::', 20]]
/** An IPv4 address written as IPv6: `::ffff:10.0.0.1`. */
const MAPPED: Block = ['::ffff:0:0', 96]

const BITS_V4 = 32
const BITS_V6 = 128

/**
 * Whether an IP address is one of the open internet. What cannot be read as an address is not.
 * @param allowLoopback counts this machine's own addresses as well
 */
export function isReachable(address: string, allowLoopback = false): boolean {
  const v4 = readV4(address)
  if (v4 !== null) return isReachableV4(v4, allowLoopback)
  const v6 = readV6(address)
  if (v6 === null) return false
  if (isIn(v6, MAPPED, readV6, BITS_V6)) return isReachableV4(v6 & 0xffff_ffffn, allowLoopback)
  if (allowLoopback && v6 === 1n) return true
  return isIn(v6, OUTSIDE_V6, readV6, BITS_V6) && !INSIDE_V6.some((block) => isIn(v6, block, readV6, BITS_V6))
}

function isReachableV4(address: bigint, allowLoopback: boolean): boolean {
  if (allowLoopback && isIn(address, ['127.0.0.0', 8], readV4, BITS_V4)) return true
  return !INSIDE_V4.some((block) => isIn(address, block, readV4, BITS_V4))
}

function isIn(
  address: bigint,
  [first, bits]: Block,
  read: (text: string) => bigint | null,
  width: number,
): boolean {
  const rest = BigInt(width - bits)
  return address >> rest === read(first)! >> rest
}

function readV4(text: string): bigint | null {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number)
  if (!parts || parts.some((part) => part > 255)) return null
  return parts.reduce((sum, part) => sum << 8n | BigInt(part), 0n)
}

function readV6(text: string): bigint | null {
  // A zone (fe80::1%eth0) belongs to this machine; the part in dots is the last two groups.
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  if (dotted) {
    const v4 = readV4(dotted[2]!)
    if (v4 === null) return null
    return readV6(`${dotted[1]}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`)
  }
  const halves = text.split('::')
  if (!text.includes(':') || halves.length > 2) return null
  const [head, tail] = halves.map((half) => half === '' ? [] : half.split(':'))
  const missing = 8 - head!.length - (tail?.length ?? 0)
  if (tail === undefined ? missing !== 0 : missing < 1) return null
  const groups = [...head!, ...Array<string>(missing).fill('0'), ...tail ?? []]
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null
  return groups.reduce((sum, group) => sum << 16n | BigInt(`0x${group}`), 0n)
}
