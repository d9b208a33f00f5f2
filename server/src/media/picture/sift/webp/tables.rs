//! How large the Huffman tables are that a lossless WebP makes its decoder build.
//!
//! A code of 60 bits in the file can become 70 KB of tables, and 65,536 groups of five codes may be asked for, whether the
//! pixels use them or not. So the file is read up to the end of its codes, as the decoder will, but none is kept.

use super::PictureError;

/// The most bytes. Files that are meant as pictures have a few hundred groups of about 10 KB.
const TABLES_MAX: u64 = 64 << 20;
/// A group without what its codes are made of, while a list of them grows.
const GROUP: u64 = 1024;

/// Green, with the lengths of repeats; red, blue, transparency; and the distances of repeats.
const ALPHABETS: [usize; 5] = [280, 256, 256, 256, 40];
/// The order in which the lengths of the codes of lengths are written.
const ORDER: [usize; 19] = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/// Bytes of the tables of a stream of this size, which begins behind the signature and the size.
pub(super) fn cost(stream: &[u8], (mut width, height): (u32, u32)) -> Result<u64, PictureError> {
    let mut bits = Bits { bytes: stream, at: 0 };
    let mut seen = [false; 4];
    while bits.read(1)? == 1 {
        let transform = bits.read(2)?;
        // Each once: else a file could have itself read for hours.
        if std::mem::replace(&mut seen[transform as usize], true) {
            return Err(PictureError::Unsupported);
        }
        match transform {
            // Predictions and colours: a small picture, a pixel for each block.
            0 | 1 => {
                let block = bits.read(3)? + 2;
                skip_image(&mut bits, blocks(width, block), blocks(height, block))?;
            }
            2 => {}
            // A palette; of a small one, several pixels are packed into one.
            _ => {
                let colours = bits.read(8)? + 1;
                skip_image(&mut bits, colours, 1)?;
                let packed = match colours {
                    ..=2 => 3,
                    3..=4 => 2,
                    5..=16 => 1,
                    _ => 0,
                };
                width = blocks(width, packed);
            }
        }
    }
    let cache = cache(&mut bits)?;
    let mut groups = 1;
    if bits.read(1)? == 1 {
        let block = bits.read(3)? + 2;
        groups = skip_image(&mut bits, blocks(width, block), blocks(height, block))? + 1;
    }
    let mut cost = 0;
    for _ in 0..groups {
        cost += GROUP + group(&mut bits, cache)?.iter().map(Code::cost).sum::<u64>();
        if cost > TABLES_MAX {
            return Err(PictureError::TooLarge);
        }
    }
    Ok(cost)
}

/// How many blocks of `1 << bits` pixels a side has.
fn blocks(side: u32, bits: u32) -> u32 {
    side.div_ceil(1 << bits)
}

/// Entries of the colour cache.
fn cache(bits: &mut Bits) -> Result<usize, PictureError> {
    if bits.read(1)? == 0 {
        return Ok(0);
    }
    match bits.read(4)? {
        size @ 1..=11 => Ok(1 << size),
        _ => Err(PictureError::Unsupported),
    }
}

fn group(bits: &mut Bits, cache: usize) -> Result<[Code; 5], PictureError> {
    let [green, others @ ..] = ALPHABETS;
    let green = Code::read(bits, green + cache)?;
    let [red, blue, alpha, distance] = others.map(|alphabet| Code::read(bits, alphabet));
    Ok([green, red?, blue?, alpha?, distance?])
}

/// Reads a small picture, and says the largest number that red and green are, together, in any of its pixels. What is
/// repeated or comes from the cache was there before, or is zero.
fn skip_image(bits: &mut Bits, width: u32, height: u32) -> Result<u32, PictureError> {
    let cache = cache(bits)?;
    let [green, red, blue, alpha, distance] = group(bits, cache)?;
    let (mut left, mut largest) = (u64::from(width) * u64::from(height), 0);
    while left > 0 {
        let symbol = green.symbol(bits)?;
        let pixels = match symbol {
            0..256 => {
                largest = largest.max((red.symbol(bits)? & 0xff) << 8 | symbol);
                blue.symbol(bits)?;
                alpha.symbol(bits)?;
                1
            }
            256..280 => {
                let length = long(bits, symbol - 256)?;
                let distance = distance.symbol(bits)?;
                long(bits, distance)?;
                length
            }
            _ => 1,
        };
        left = left.checked_sub(pixels).ok_or(PictureError::Unsupported)?;
    }
    Ok(largest)
}

/// A length or a distance: a symbol, and bits that come behind it.
fn long(bits: &mut Bits, symbol: u32) -> Result<u64, PictureError> {
    if symbol < 4 {
        return Ok(u64::from(symbol) + 1);
    }
    let extra = (symbol - 2) / 2;
    Ok(u64::from(((2 + symbol % 2) << extra) + bits.read(extra)? + 1))
}

/// A canonical Huffman code.
struct Code {
    /// How many symbols have a code of so many bits.
    counts: [u32; 16],
    /// Those, shortest code first.
    symbols: Vec<u16>,
}

impl Code {
    fn read(bits: &mut Bits, alphabet: usize) -> Result<Self, PictureError> {
        let mut lengths = vec![0; alphabet];
        if bits.read(1)? == 1 {
            let two = bits.read(1)? == 1;
            let width = 1 + 7 * bits.read(1)?;
            let first = bits.read(width)?;
            let mut symbols = vec![first];
            if two {
                symbols.push(bits.read(8)?);
            }
            let known = |symbol| u16::try_from(symbol).ok().filter(|symbol| usize::from(*symbol) < alphabet);
            let symbols = symbols.into_iter().map(known).collect::<Option<_>>().ok_or(PictureError::Unsupported)?;
            let mut counts = [0; 16];
            counts[1] = if two { 2 } else { 1 };
            return Ok(Self { counts, symbols });
        }
        let mut of_lengths = vec![0; 19];
        let written = 4 + bits.read(4)?;
        for (place, _) in ORDER.iter().zip(0..written) {
            of_lengths[*place] = bits.read(3)?;
        }
        let of_lengths = Self::new(&of_lengths)?;
        let mut left = alphabet;
        if bits.read(1)? == 1 {
            let width = 2 + 2 * bits.read(3)?;
            left = 2 + bits.read(width)? as usize;
        }
        let (mut at, mut before) = (0, 8);
        while at < alphabet && left > 0 {
            left -= 1;
            let (length, times) = match of_lengths.symbol(bits)? {
                16 => (before, 3 + bits.read(2)?),
                17 => (0, 3 + bits.read(3)?),
                18 => (0, 11 + bits.read(7)?),
                length => (length, 1),
            };
            if length != 0 {
                before = length;
            }
            let end = at + times as usize;
            lengths.get_mut(at..end).ok_or(PictureError::Unsupported)?.fill(length);
            at = end;
        }
        Self::new(&lengths)
    }

    fn new(lengths: &[u32]) -> Result<Self, PictureError> {
        let mut counts = [0; 16];
        let mut symbols = Vec::new();
        for length in 1..16 {
            let of_length = (0..).zip(lengths).filter(|(_, other)| **other == length).map(|(symbol, _)| symbol);
            let before = symbols.len();
            symbols.extend(of_length);
            counts[length as usize] = u32::try_from(symbols.len() - before).unwrap_or(u32::MAX);
        }
        // A code of one symbol has no bits; any other must be complete.
        let sum: u32 = (1..).zip(&counts[1..]).map(|(length, count)| count << (15 - length)).sum();
        if symbols.len() == 1 || sum == 1 << 15 { Ok(Self { counts, symbols }) } else { Err(PictureError::Unsupported) }
    }

    fn symbol(&self, bits: &mut Bits) -> Result<u32, PictureError> {
        if let [only] = self.symbols[..] {
            return Ok(only.into());
        }
        let (mut code, mut first, mut index) = (0, 0, 0);
        for count in &self.counts[1..] {
            code = code << 1 | bits.read(1)?;
            first <<= 1;
            if code - first < *count {
                return Ok(self.symbols[(index + code - first) as usize].into());
            }
            (first, index) = (first + count, index + count);
        }
        Err(PictureError::Unsupported)
    }

    /// Four bytes for each number of at most ten bits; and for a symbol whose code is longer, two nodes of 16 bytes.
    fn cost(&self) -> u64 {
        let longest = (1..16).rfind(|length| self.counts[*length] > 0).unwrap_or(0);
        (4 << longest.min(10)) + 32 * u64::from(self.counts[11..].iter().sum::<u32>())
    }
}

/// Bits of a stream, the lowest of each byte first.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    /// A number of `count` bits, 24 at most.
    fn read(&mut self, count: u32) -> Result<u32, PictureError> {
        let end = self.at + count as usize;
        if end > self.bytes.len() * 8 {
            return Err(PictureError::Unsupported);
        }
        let four = |(place, byte): (u32, &u8)| u32::from(*byte) << (8 * place);
        let number: u32 = (0..4).zip(&self.bytes[self.at / 8..]).map(four).sum();
        let number = number >> (self.at % 8) & ((1 << count) - 1);
        self.at = end;
        Ok(number)
    }
}
