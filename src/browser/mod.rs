//! What a page does in the browser: small functions over the platform. Compiles everywhere, runs only there.
