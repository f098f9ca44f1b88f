/**
 * Scripts that run inside of flows. They are plain ECMAScript 5 and use none of the libraries that the service offers:
 * which engine runs them is not documented.
 *
 * What a script takes from the context may be missing there, and may not even be declared then.
 */

/** Gives the form's login ID and password as base64 of their UTF-8, which no escaping of a payload can change. */
export const ENCODE_CREDENTIALS = `
function encode(text) {
  var alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  var escaped = encodeURIComponent(text);
  var bytes = [];
  for (var at = 0; at < escaped.length; at += 1) {
    if (escaped.charAt(at) === "%") {
      bytes.push(parseInt(escaped.substring(at + 1, at + 3), 16));
      at += 2;
    } else {
      bytes.push(escaped.charCodeAt(at));
    }
  }
  var encoded = "";
  for (var i = 0; i < bytes.length; i += 3) {
    var three = (bytes[i] << 16) | ((bytes[i + 1] || 0) << 8) | (bytes[i + 2] || 0);
    encoded += alphabet.charAt((three >> 18) & 63) + alphabet.charAt((three >> 12) & 63);
    encoded += i + 1 < bytes.length ? alphabet.charAt((three >> 6) & 63) : "=";
    encoded += i + 2 < bytes.length ? alphabet.charAt(three & 63) : "=";
  }
  return encoded;
}
return {
  usernameBase64: encode(typeof username === "string" ? username : ""),
  passwordBase64: encode(typeof password === "string" ? password : "")
};
`;

/** Gives the login ID that the gateway names, wherever it stands in the connector's result, else the one typed in. */
export const TAKE_LOGIN_ID = `
if (typeof fromBody === "string" && fromBody !== "") return { loginId: fromBody };
if (typeof fromWrapped === "string" && fromWrapped !== "") return { loginId: fromWrapped };
return { loginId: typeof typed === "string" ? typed : "" };
`;

/** Says whether login ID and password can stand in a JSON text as they are. */
export const IS_PLAIN = `
var both = (typeof username === "string" ? username : "") + (typeof password === "string" ? password : "");
return { plain: !/["\\\\\\u0000-\\u001f]/.test(both) };
`;

/** Escapes login ID and password so that they can stand in a JSON text. */
export const ESCAPE_CREDENTIALS = `
function escape(text) {
  return JSON.stringify(text).slice(1, -1);
}
return {
  username: escape(typeof username === "string" ? username : ""),
  password: escape(typeof password === "string" ? password : "")
};
`;
