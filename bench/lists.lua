-- Calls the lists of all components in no order. wrk passes the file with their
-- queries, one a line.
local requests = {}

function init(args)
  for query in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("GET", wrk.path .. "?" .. query)
  end
end

function request()
  return requests[math.random(#requests)]
end
