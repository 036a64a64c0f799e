//! Elements of a document.

use quick_xml::{Writer, events::BytesText};
use std::io;

pub type Xml = Writer<Vec<u8>>;

/// An element with attributes and content.
pub fn element(
    xml: &mut Xml,
    name: &str,
    attributes: &[(&str, &str)],
    content: impl FnOnce(&mut Xml) -> io::Result<()>,
) -> io::Result<()> {
    xml.create_element(name).with_attributes(attributes.iter().copied()).write_inner_content(content).map(drop)
}

/// An element that holds only text.
pub fn text(xml: &mut Xml, name: &str, value: &str) -> io::Result<()> {
    xml.create_element(name).write_text_content(BytesText::new(value)).map(drop)
}

/// An element that holds only text, with attributes.
pub fn text_with(xml: &mut Xml, name: &str, attributes: &[(&str, &str)], value: &str) -> io::Result<()> {
    let element = xml.create_element(name).with_attributes(attributes.iter().copied());
    element.write_text_content(BytesText::new(value)).map(drop)
}

/// An element that holds only a number.
pub fn number(xml: &mut Xml, name: &str, value: impl Into<i64>) -> io::Result<()> {
    text(xml, name, &value.into().to_string())
}

/// An element without content.
pub fn empty(xml: &mut Xml, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
    xml.create_element(name).with_attributes(attributes.iter().copied()).write_empty().map(drop)
}
