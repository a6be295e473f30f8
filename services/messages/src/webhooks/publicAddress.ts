import { BlockList, isIPv4, isIPv6 } from 'node:net';

/**
 * Networks that are not the public Internet, from the special-purpose registries of
 * IANA (RFC 6890 and its successors), with what carries an IPv4 address inside.
 */
const NOT_PUBLIC = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/96',
  '::ffff:0:0/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  '5f00::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
];

// One list for each family: a joint one takes every IPv4 address for `::ffff:0:0/96`.
const blocked4 = new BlockList();
const blocked6 = new BlockList();
for (const network of NOT_PUBLIC) {
  const [address, prefix] = network.split('/');
  if (isIPv4(address)) {
    blocked4.addSubnet(address, Number(prefix), 'ipv4');
  } else {
    blocked6.addSubnet(address, Number(prefix), 'ipv6');
  }
}

/** Whether an IP address is of the public Internet. What is no address is not. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) {
    return !blocked4.check(address, 'ipv4');
  }
  return isIPv6(address) && !blocked6.check(address, 'ipv6');
}
