/** Invented people, the same ones at every start. */

/** A small seeded generator (mulberry32): the mock's data must not change between two screenshots. */
export function seeded(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const FIRST = [
  'Siti',
  'Dewi',
  'Rina',
  'Wulan',
  'Ayu',
  'Fitri',
  'Nur',
  'Sri',
  'Maya',
  'Indah',
  'Ratna',
  'Putri',
  'Yuni',
  'Lestari',
  'Kartika',
  'Novi',
  'Endang',
  'Tuti',
  'Mega',
  'Anisa',
  'Rohani',
  'Laras',
  'Sekar',
  'Dian',
  'Ika',
  'Wahyuni',
  'Bunga',
  'Melati',
  'Citra',
  'Agus',
];
const LAST = [
  'Rahayu',
  'Lestari',
  'Wulandari',
  'Handayani',
  'Kusuma',
  'Hidayah',
  'Puspita',
  'Aminah',
  'Susanti',
  'Permata',
  'Anggraini',
  'Safitri',
  'Utami',
  'Maharani',
  'Nurhayati',
  'Astuti',
  'Purnama',
  'Saraswati',
  'Hapsari',
  'Oktaviani',
  '',
];
const CITIES = [
  'Bandung',
  'Bogor',
  'Depok',
  'Bekasi',
  'Jakarta Selatan',
  'Jakarta Timur',
  'Tangerang',
  'Surabaya',
  'Semarang',
  'Yogyakarta',
  'Malang',
  'Cirebon',
  'Sukabumi',
  'Garut',
];
const POSITIONS = [
  'Mitra Asuh',
  'Pengasuh Anak',
  'Babysitter',
  'Caregiver Daycare',
  'Mitra Asuh On-Demand',
  'Perawat Lansia',
];
const SCHOOLS = ['SMA', 'SMK Kesehatan', 'D3 Kebidanan', 'D3 Keperawatan', 'S1 PGPAUD', 'SMP'];

export interface Person {
  name: string;
  phone: string;
  email: string;
  birth: string;
  city: string;
  position: string;
  school: string;
  salary: number;
  applied: string;
}

export function person(random: () => number, index: number): Person {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const two = (n: number) => String(n).padStart(2, '0');
  const name = `${pick(FIRST)} ${pick(LAST)}`.trim();
  const rest = String(10_000_000 + ((index * 7919 + 1_234_567) % 89_999_999));
  return {
    name,
    phone: `+628${pick(['12', '13', '21', '57', '58', '77', '95'])}${rest}`,
    email: `${name.toLowerCase().replace(/\W+/g, '.')}${index % 997}@example.com`,
    birth: `${1978 + Math.floor(random() * 27)}-${two(1 + Math.floor(random() * 12))}-${two(1 + Math.floor(random() * 28))}`,
    city: pick(CITIES),
    position: pick(POSITIONS),
    school: pick(SCHOOLS),
    salary: 2_500_000 + Math.floor(random() * 14) * 250_000,
    applied: `2026-${two(9 + Math.floor(random() * 2))}-${two(1 + Math.floor(random() * 28))}`,
  };
}
