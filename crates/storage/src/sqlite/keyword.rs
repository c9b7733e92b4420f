//! Enums as the word that stands for them in the interface.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::sqlite::{SqliteArgumentsBuffer, SqliteTypeInfo, SqliteValueRef};
use sqlx::{Decode, Encode, Sqlite, Type};

/// A value that serialises to one word, such as `in_progress`, stored as that word.
pub(super) struct Keyword<T>(pub(super) T);

impl<T> Type<Sqlite> for Keyword<T> {
    fn type_info() -> SqliteTypeInfo {
        <str as Type<Sqlite>>::type_info()
    }
}

impl<T: Serialize> Encode<'_, Sqlite> for Keyword<T> {
    fn encode_by_ref(&self, buffer: &mut SqliteArgumentsBuffer) -> Result<IsNull, BoxDynError> {
        match serde_json::to_value(&self.0)? {
            Value::String(word) => Encode::<Sqlite>::encode(word, buffer),
            other => Err(format!("{other} is not a word").into()),
        }
    }
}

impl<T: DeserializeOwned> Decode<'_, Sqlite> for Keyword<T> {
    fn decode(value: SqliteValueRef<'_>) -> Result<Self, BoxDynError> {
        let word = <String as Decode<Sqlite>>::decode(value)?;
        Ok(Self(serde_json::from_value(Value::String(word))?))
    }
}
