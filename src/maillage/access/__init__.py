"""Travel times × offer × demand to indicators: arrays in, arrays out."""
