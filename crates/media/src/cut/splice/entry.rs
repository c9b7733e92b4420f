//! What an MP4 says about its tracks before their first packets: of pictures (ISO/IEC 14496-15) and of AAC (14496-14).

use std::num::NonZeroU16;

use shiguredo_mp4::boxes::{
    AudioSampleEntryFields, Avc1Box, AvccBox, EsdsBox, Hev1Box, HvccBox, HvccNalUintArray, Mp4aBox, SampleEntry,
    VisualSampleEntryFields,
};
use shiguredo_mp4::descriptors::{DecoderConfigDescriptor, DecoderSpecificInfo, EsDescriptor, SlConfigDescriptor};
use shiguredo_mp4::{FixedPointNumber, Uint};

use super::material::Material;
use super::parameters::Parameters;
use super::sound::Voice;
use super::units::{Codec, unescaped};

/// The entry for pictures with these parameters; says why when they are not as the standard has them.
pub(super) fn entry(material: &Material<'_>, parameters: &Parameters) -> Result<SampleEntry, &'static str> {
    let visual = visual(material)?;
    let unknown_boxes = Vec::new();
    Ok(match material.codec {
        Codec::H264 => SampleEntry::Avc1(Avc1Box { visual, avcc_box: avcc(parameters)?, unknown_boxes }),
        Codec::Hevc => SampleEntry::Hev1(Hev1Box { visual, hvcc_box: hvcc(material, parameters)?, unknown_boxes }),
    })
}

fn visual(material: &Material<'_>) -> Result<VisualSampleEntryFields, &'static str> {
    let pixels = |length: u32| u16::try_from(length).map_err(|_| "its pictures are larger than an MP4 can say");
    Ok(VisualSampleEntryFields {
        data_reference_index: NonZeroU16::MIN,
        width: pixels(material.layout.width)?,
        height: pixels(material.layout.height)?,
        horizresolution: FixedPointNumber::new(72, 0),
        vertresolution: FixedPointNumber::new(72, 0),
        frame_count: 1,
        compressorname: [0; 32],
        depth: 24,
    })
}

const UNUSUAL: &str = "its parameters are not as the standard has them";

/// H.264: the parameters of the copied frames and of both ends side by side, each under its own number.
fn avcc(parameters: &Parameters) -> Result<AvccBox, &'static str> {
    let (sequences, pictures) = (parameters.of_kind(7), parameters.of_kind(8));
    let first = sequences.first().filter(|sequence| sequence.len() > 3).ok_or(UNUSUAL)?;
    let (profile, compatibility) = (first[1], first[2]);
    let level = sequences.iter().filter_map(|sequence| sequence.get(3)).max().ok_or(UNUSUAL)?;
    let has_chroma = !matches!(profile, 66 | 77 | 88);
    Ok(AvccBox {
        avc_profile_indication: profile,
        profile_compatibility: compatibility,
        avc_level_indication: *level,
        length_size_minus_one: Uint::new(3),
        sps_list: sequences,
        pps_list: pictures,
        chroma_format: has_chroma.then(|| Uint::new(1)),
        bit_depth_luma_minus8: has_chroma.then(|| Uint::new(0)),
        bit_depth_chroma_minus8: has_chroma.then(|| Uint::new(0)),
        sps_ext_list: Vec::new(),
    })
}

/// HEVC: the parameters of the copied frames; they stand before each key frame, too, since an encoder chooses its own numbers.
fn hvcc(material: &Material<'_>, parameters: &Parameters) -> Result<HvccBox, &'static str> {
    let sequence = parameters.of_kind(33).first().map(|unit| unescaped(unit)).ok_or(UNUSUAL)?;
    // After two bytes of its header and one of its layers stands the profile (H.265 7.3.3).
    let profile: &[u8; 12] = sequence.get(3..).and_then(|rest| rest.first_chunk()).ok_or(UNUSUAL)?;
    let array = |kind: u8| HvccNalUintArray {
        array_completeness: Uint::new(0),
        nal_unit_type: Uint::new(kind),
        nalus: parameters.of_kind(kind),
    };
    let depth = material.depth() - 8;
    Ok(HvccBox {
        general_profile_space: Uint::new(profile[0] >> 6),
        general_tier_flag: Uint::new(profile[0] >> 5 & 1),
        general_profile_idc: Uint::new(profile[0] & 0x1f),
        general_profile_compatibility_flags: u32::from_be_bytes([profile[1], profile[2], profile[3], profile[4]]),
        general_constraint_indicator_flags: Uint::new(
            profile[5..11].iter().fold(0, |all, &byte| all << 8 | u64::from(byte)),
        ),
        general_level_idc: profile[11],
        min_spatial_segmentation_idc: Uint::new(0),
        parallelism_type: Uint::new(0),
        chroma_format_idc: Uint::new(1),
        bit_depth_luma_minus8: Uint::new(depth),
        bit_depth_chroma_minus8: Uint::new(depth),
        avg_frame_rate: 0,
        constant_frame_rate: Uint::new(0),
        num_temporal_layers: Uint::new(0),
        temporal_id_nested: Uint::new(0),
        length_size_minus_one: Uint::new(3),
        nalu_arrays: [32, 33, 34].map(array).to_vec(),
    })
}

/// Rates of AAC by their numbers (ISO/IEC 14496-3 1.6.3.4).
const RATES: [u32; 7] = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000];

/// Number of the kind of AAC that every player knows.
const LOW_COMPLEXITY: u16 = 2;

/// The entry for AAC-LC of that rate and number of channels; nothing for a rate without a number.
pub(super) fn sound_entry(voice: &Voice) -> Option<SampleEntry> {
    let number = RATES.iter().position(|&rate| rate == voice.rate)? as u16;
    let configuration = LOW_COMPLEXITY << 11 | number << 7 | voice.channels << 3;
    let dec_config_descr = DecoderConfigDescriptor {
        object_type_indication: DecoderConfigDescriptor::OBJECT_TYPE_INDICATION_AUDIO_ISO_IEC_14496_3,
        stream_type: DecoderConfigDescriptor::STREAM_TYPE_AUDIO,
        up_stream: DecoderConfigDescriptor::UP_STREAM_FALSE,
        buffer_size_db: Uint::new(0),
        max_bitrate: 0,
        avg_bitrate: 0,
        dec_specific_info: Some(DecoderSpecificInfo { payload: configuration.to_be_bytes().to_vec() }),
    };
    let es = EsDescriptor {
        es_id: EsDescriptor::MIN_ES_ID,
        stream_priority: EsDescriptor::LOWEST_STREAM_PRIORITY,
        depends_on_es_id: None,
        url_string: None,
        ocr_es_id: None,
        dec_config_descr,
        sl_config_descr: SlConfigDescriptor,
    };
    let audio = AudioSampleEntryFields {
        data_reference_index: AudioSampleEntryFields::DEFAULT_DATA_REFERENCE_INDEX,
        channelcount: voice.channels,
        samplesize: AudioSampleEntryFields::DEFAULT_SAMPLESIZE,
        samplerate: FixedPointNumber::new(u16::try_from(voice.rate).unwrap_or(0), 0),
    };
    Some(SampleEntry::Mp4a(Mp4aBox { audio, esds_box: EsdsBox { es }, unknown_boxes: Vec::new() }))
}
