// Loaded into every Node program by NODE_OPTIONS=--require. Node's https and fetch
// ignore HTTPS_PROXY, so connections to the emulated hosts are led to draftbox
// where all of them begin: at the socket. Names, certificates and everything
// above the socket stay as they are; sockets to other places are not touched.
'use strict'

const net = require('net')

const hosts = new Set(HOSTS)

// Where the ports of the emulated hosts are now: port -> {host, port}.
const places = new Map()
for (const [port, variable] of [[443, 'DRAFTBOX_HTTPS_URL'], [80, 'DRAFTBOX_API_URL']]) {
  try {
    const url = new URL(process.env[variable])
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1') // an IPv6 address without brackets
    places.set(port, { host, port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80) })
  } catch {
    // No server to lead to: the program runs as it would without us.
  }
}

function placeOf (host, port) {
  if (typeof host !== 'string') return undefined
  if (!hosts.has(host.toLowerCase().replace(/\.$/, ''))) return undefined
  return places.get(Number(port))
}

// led returns options like the given ones that lead to draftbox, or undefined
// for those that go elsewhere. A copy: programs use their options again.
function led (options) {
  if (options === null || typeof options !== 'object' || options.path) return undefined
  const place = placeOf(options.host, options.port)
  if (place === undefined) return undefined
  return Object.assign(Object.create(Object.getPrototypeOf(options)), options, place)
}

const connect = net.Socket.prototype.connect

// The forms of connect: (options, cb), (port, host, cb), (path, cb), and the one
// that net.connect hands on: an array of options and cb, marked by a symbol.
function draftboxConnect (...args) {
  const first = args[0]
  if (Array.isArray(first)) {
    const options = led(first[0])
    if (options !== undefined) first[0] = options // net made that array for this call only
  } else if (first !== null && typeof first === 'object') {
    const options = led(first)
    if (options !== undefined) args[0] = options
  } else {
    const place = placeOf(args[1], first)
    if (place !== undefined) {
      args[0] = place.port
      args[1] = place.host
    }
  }
  return connect.apply(this, args)
}

Object.defineProperty(draftboxConnect, 'name', { value: 'connect' })
if (places.size > 0) net.Socket.prototype.connect = draftboxConnect
