//! Photographing: paper lies askew on a table, in bad light, before a phone.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "sizes in pixels are small, and rounding is what drawing is"
)]

use image::{GrayImage, codecs::jpeg::JpegEncoder};

use super::paint::Ink;
use crate::chance::Chance;

/// How a photo is taken. Brightness is from 0 to 255.
struct Shot {
    /// From −3° to 3°, in radians.
    turn: f32,
    paper: f32,
    /// How much darker ink is than paper, from 0 to 1.
    ink: f32,
    /// How much of the light is lost from one corner to the opposite one, and where the light is.
    shade: f32,
    light: (f32, f32),
    noise: f32,
    /// How many times the picture is blurred.
    blur: u64,
    /// The table around the paper, in pixels; and how bright it is.
    border: usize,
    table: f32,
    quality: u8,
}

impl Shot {
    fn new(chance: &Chance, wide: usize) -> Self {
        let between = |low: f32, high: f32| low + (high - low) * chance.below(1001) as f32 / 1000.0;
        Self {
            turn: between(-3.0, 3.0).to_radians(),
            paper: between(190.0, 250.0),
            ink: between(0.55, 0.95),
            shade: between(0.0, 0.45),
            light: *chance.one_of(&[(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)]),
            noise: between(0.0, 14.0),
            blur: chance.below(3),
            border: *chance.one_of(&[0, 0, wide / 12, wide / 6]),
            table: *chance.one_of(&[35.0, 70.0, 110.0, 160.0]),
            quality: 50 + chance.below(41) as u8,
        }
    }
}

/// The photo as JPEG.
pub(super) fn photograph(ink: &Ink, chance: &Chance) -> Vec<u8> {
    let shot = Shot::new(chance, ink.wide);
    let (wide, high) = (ink.wide + 2 * shot.border, ink.high + 2 * shot.border);
    let mut grain = Grain(chance.seed() | 1);
    let mut light = Vec::with_capacity(wide * high);
    let (sin, cos) = shot.turn.sin_cos();
    for row in 0..high {
        let y = row as f32 - high as f32 / 2.0;
        for column in 0..wide {
            let x = column as f32 - wide as f32 / 2.0;
            let from = (x * cos + y * sin + ink.wide as f32 / 2.0, y * cos - x * sin + ink.high as f32 / 2.0);
            let bright = sample(ink, from).map_or(shot.table, |cover| shot.paper * (1.0 - shot.ink * cover));
            let across = (column as f32 / wide as f32 - shot.light.0).abs();
            let down = (row as f32 / high as f32 - shot.light.1).abs();
            light.push(bright * (1.0 - shot.shade * (across + down) / 2.0));
        }
    }
    for _ in 0..shot.blur {
        soften(&mut light, 1);
        soften(&mut light, wide);
    }
    let pixels = light.iter().map(|&bright| (bright + shot.noise * grain.next()).clamp(0.0, 255.0) as u8).collect();
    let picture = GrayImage::from_raw(wide as u32, high as u32, pixels).expect("as many pixels as it has");
    let mut jpeg = Vec::new();
    picture.write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, shot.quality)).expect("encoded");
    jpeg
}

/// How much ink is at a place between four dots; `None` beside the paper.
fn sample(ink: &Ink, (x, y): (f32, f32)) -> Option<f32> {
    let (left, top) = (x.floor(), y.floor());
    let inside = left >= 0.0 && top >= 0.0 && left as usize + 1 < ink.wide && (top as usize) + 1 < ink.high;
    if !inside {
        return None;
    }
    let (dx, dy, at) = (x - left, y - top, top as usize * ink.wide + left as usize);
    let row = |at: usize| ink.cover[at] * (1.0 - dx) + ink.cover[at + 1] * dx;
    Some(row(at) * (1.0 - dy) + row(at + ink.wide) * dy)
}

/// Each pixel becomes ¼ of one neighbour, ½ of itself and ¼ of the other; `step` leads to the next neighbour.
fn soften(light: &mut [f32], step: usize) {
    let mut before = light[..step].to_vec();
    for at in step..light.len() - step {
        let here = light[at];
        light[at] = before[at % step] / 4.0 + here / 2.0 + light[at + step] / 4.0;
        before[at % step] = here;
    }
}

/// Noise from −1 to 1 by xorshift: millions of choices of a picture would be slow otherwise.
struct Grain(u64);

impl Grain {
    fn next(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 40) as f32 / (1_u64 << 23) as f32 - 1.0
    }
}
