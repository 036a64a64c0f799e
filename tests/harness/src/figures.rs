//! Measured figures, and the lines of a file that hold them.

/// A figure with its unit, such as 3.1 ms.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// What is measured.
    pub name: String,
    /// The number.
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
}

/// The units that figures may have.
const UNITS: [&str; 6] = ["ns", "us", "ms", "MB", "%", "1/s"];

/// The figures as the lines of a file.
pub fn to_csv(figures: &[Figure]) -> String {
    let lines = figures.iter().map(|figure| format!("{},{:.3},{}\n", figure.name, figure.value, figure.unit));
    std::iter::once("name,value,unit\n".to_owned()).chain(lines).collect()
}

/// The figures in the lines of a file.
pub fn from_csv(text: &str) -> Vec<Figure> {
    let figure = |line: &str| {
        let mut fields = line.rsplitn(3, ',');
        let unit = fields.next().and_then(|unit| UNITS.into_iter().find(|known| *known == unit))?;
        let value = fields.next()?.parse().ok()?;
        Some(Figure { name: fields.next()?.to_owned(), value, unit })
    };
    text.lines().skip(1).filter_map(figure).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_come_back_from_a_file() {
        let figures = [
            Figure { name: "process, five parts".into(), value: 1.25, unit: "us" },
            Figure { name: "first instance".into(), value: 80.0, unit: "MB" },
        ];
        assert_eq!(from_csv(&to_csv(&figures)), figures);
    }
}
