//! Printing: rows of text become ink on paper.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "sizes in pixels are small, and rounding is what drawing is"
)]

use std::path::Path;

use ab_glyph::{Font, FontVec, Glyph, PxScale, ScaleFont, point};

use crate::chance::Chance;

/// What the receipts are printed in: a name, a file, and which face of the file.
const FACES: [(&str, &str, u32); 8] = [
    ("Zen Hei", "truetype/wqy/wqy-zenhei.ttc", 0),
    ("Zen Hei Mono", "truetype/wqy/wqy-zenhei.ttc", 1),
    ("Micro Hei", "truetype/wqy/wqy-microhei.ttc", 0),
    ("Micro Hei Mono", "truetype/wqy/wqy-microhei.ttc", 1),
    ("Noto Sans", "opentype/noto/NotoSansCJK-Regular.ttc", 2),
    ("Noto Sans Mono", "opentype/noto/NotoSansCJK-Regular.ttc", 7),
    ("Noto Sans Bold", "opentype/noto/NotoSansCJK-Bold.ttc", 2),
    ("Noto Serif", "opentype/noto/NotoSerifCJK-Regular.ttc", 2),
];
const FOLDER: &str = "/usr/share/fonts";

/// The faces that receipts are printed in.
#[derive(Debug)]
pub struct Fonts(Vec<(&'static str, FontVec)>);

impl Fonts {
    /// Reads them from where Debian puts them. A missing one is a failure that says what to install.
    pub fn load() -> Self {
        let face = |(name, file, index): (&'static str, &str, u32)| {
            let path = Path::new(FOLDER).join(file);
            let bytes = std::fs::read(&path).unwrap_or_else(|error| {
                panic!(
                    "needed to draw receipts, and not readable at {}: {error}. `cargo xtask test` installs it, or \
                     `apt-get install fonts-wqy-zenhei fonts-wqy-microhei fonts-noto-cjk`",
                    path.display()
                )
            });
            (name, FontVec::try_from_vec_and_index(bytes, index).expect("a font"))
        };
        Self(FACES.map(face).into())
    }

    pub(super) fn any(&self, chance: &Chance) -> (&'static str, &FontVec) {
        let (name, font) = chance.one_of(&self.0);
        (name, font)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Middle,
    Right,
}

/// Texts beside each other, each at a part of the width.
#[derive(Debug)]
pub(super) struct Row {
    cells: Vec<(f32, Align, String)>,
    rule: Option<char>,
    scale: f32,
    bold: bool,
}

impl Row {
    pub(super) fn new() -> Self {
        Self { cells: Vec::new(), rule: None, scale: 1.0, bold: false }
    }

    /// A line across, made of one character.
    pub(super) fn rule(of: char) -> Self {
        Self { rule: Some(of), ..Self::new() }
    }

    pub(super) fn at(mut self, x: f32, align: Align, text: impl Into<String>) -> Self {
        self.cells.push((x, align, text.into()));
        self
    }

    pub(super) fn big(self) -> Self {
        Self { scale: 1.35, ..self }
    }

    pub(super) fn bold(self) -> Self {
        self.maybe_bold(true)
    }

    pub(super) fn maybe_bold(self, bold: bool) -> Self {
        Self { bold, ..self }
    }
}

/// A receipt before it is printed.
#[derive(Debug)]
pub(super) struct Slip {
    /// How many Chinese characters go beside each other.
    pub(super) columns: f32,
    pub(super) rows: Vec<Row>,
}

/// How much ink is where, from 0 to 1, row by row.
#[derive(Debug)]
pub(super) struct Ink {
    pub(super) wide: usize,
    pub(super) high: usize,
    pub(super) cover: Vec<f32>,
}

pub(super) fn print(slip: &Slip, font: &FontVec, chance: &Chance) -> Ink {
    // Pixels of a Chinese character: from a photo that was sent through a messenger to one as it was taken.
    let em = *chance.one_of(&[20.0, 22.0, 24.0, 28.0, 32.0, 40.0, 52.0]);
    let leading = *chance.one_of(&[1.35, 1.5, 1.7]);
    let margin = em;
    let wide = (slip.columns * em + 2.0 * margin) as usize;
    let high = slip.rows.iter().map(|row| row.scale * em * leading).sum::<f32>() + 3.0 * margin;
    let mut ink = Ink { wide, high: high as usize, cover: vec![0.0; wide * high as usize] };
    let mut top = 1.5 * margin;
    for row in &slip.rows {
        let pen = Pen { font, em: em * row.scale, bold: row.bold };
        let base = top + em * row.scale;
        let inner = wide as f32 - 2.0 * margin;
        if let Some(rule) = row.rule {
            let count = inner / pen.wide(&rule.to_string());
            pen.write(&mut ink, margin, base, &rule.to_string().repeat(count as usize));
        }
        for (x, align, text) in &row.cells {
            let shift = match align {
                Align::Left => 0.0,
                Align::Middle => pen.wide(text) / 2.0,
                Align::Right => pen.wide(text),
            };
            pen.write(&mut ink, margin + inner * x - shift, base, text);
        }
        top += row.scale * em * leading;
    }
    ink
}

struct Pen<'a> {
    font: &'a FontVec,
    em: f32,
    bold: bool,
}

impl Pen<'_> {
    /// The scale that makes an em so many pixels; the library counts from ascent to descent.
    fn scale(&self) -> PxScale {
        PxScale::from(self.em * self.font.height_unscaled() / self.font.units_per_em().expect("a scalable font"))
    }

    fn wide(&self, text: &str) -> f32 {
        let font = self.font.as_scaled(self.scale());
        text.chars().map(|c| font.h_advance(font.glyph_id(c))).sum()
    }

    fn write(&self, ink: &mut Ink, mut x: f32, base: f32, text: &str) {
        let font = self.font.as_scaled(self.scale());
        for c in text.chars() {
            let id = font.glyph_id(c);
            assert!(id.0 != 0, "the font lacks {c}");
            self.glyph(ink, id.with_scale_and_position(self.scale(), point(x, base)));
            if self.bold {
                self.glyph(ink, id.with_scale_and_position(self.scale(), point(x + self.em / 22.0, base)));
            }
            x += font.h_advance(id);
        }
    }

    fn glyph(&self, ink: &mut Ink, glyph: Glyph) {
        let Some(outline) = self.font.outline_glyph(glyph) else { return };
        let corner = outline.px_bounds().min;
        outline.draw(|x, y, cover| {
            let (x, y) = (x as f32 + corner.x, y as f32 + corner.y);
            if x >= 0.0 && y >= 0.0 && (x as usize) < ink.wide && (y as usize) < ink.high {
                let dot = &mut ink.cover[y as usize * ink.wide + x as usize];
                *dot = dot.max(cover.min(1.0));
            }
        });
    }
}
